package dev.peras.local;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;

/**
 * Holds a function to its policy in {@code template.yaml}, which no emulator does.
 *
 * <p>Without it a function that asks for more than the template grants works on every laptop and
 * fails on AWS.
 */
final class PolicyCheck implements ExecutionInterceptor {
  private static final String TABLE_ARN = Template.TABLE + ".Arn";

  private final String function;
  private final Set<Template.Permission> granted;
  private final Set<Template.Permission> used = ConcurrentHashMap.newKeySet();

  PolicyCheck(Template.Function function) {
    this.function = function.name();
    this.granted = Set.copyOf(function.permissions());
  }

  /** What the function has asked for so far: what it was granted beyond that is too much. */
  Set<Template.Permission> used() {
    return Set.copyOf(used);
  }

  @Override
  public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
    for (Template.Permission needed : needed(context.request())) {
      used.add(needed);
      if (!granted.contains(needed)) {
        String message =
            "%s may not %s on %s: its policy in template.yaml does not allow it"
                .formatted(function, needed.action(), needed.resource());
        throw DynamoDbException.builder()
            .statusCode(400)
            .message(message)
            .awsErrorDetails(
                AwsErrorDetails.builder()
                    .errorCode("AccessDeniedException")
                    .errorMessage(message)
                    .serviceName("DynamoDb")
                    .build())
            .build();
      }
    }
  }

  private static List<Template.Permission> needed(SdkRequest request) {
    return switch (request) {
      // A transaction needs the permissions of its parts and none of its own.
      case TransactWriteItemsRequest r ->
          r.transactItems().stream()
              .map(PolicyCheck::action)
              .distinct()
              .map(PolicyCheck::onTable)
              .toList();
      case TransactGetItemsRequest r -> List.of(onTable("GetItem"));
      case QueryRequest r when r.indexName() != null -> List.of(onIndex("Query", r.indexName()));
      case ScanRequest r when r.indexName() != null -> List.of(onIndex("Scan", r.indexName()));
      default -> List.of(onTable(request.getClass().getSimpleName().replaceAll("Request$", "")));
    };
  }

  private static String action(TransactWriteItem item) {
    if (item.put() != null) {
      return "PutItem";
    }
    if (item.update() != null) {
      return "UpdateItem";
    }
    return item.delete() != null ? "DeleteItem" : "ConditionCheckItem";
  }

  private static Template.Permission onTable(String action) {
    return new Template.Permission("dynamodb:" + action, TABLE_ARN);
  }

  private static Template.Permission onIndex(String action, String index) {
    return new Template.Permission("dynamodb:" + action, "${" + TABLE_ARN + "}/index/" + index);
  }
}
