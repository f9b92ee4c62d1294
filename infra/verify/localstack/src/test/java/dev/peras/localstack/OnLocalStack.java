package dev.peras.localstack;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/** Runs a test where a Docker engine answers; elsewhere it is skipped, and says so. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(OnLocalStack.Docker.class)
public @interface OnLocalStack {

  /** Asks the engine. */
  final class Docker implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (DockerClientFactory.instance().isDockerAvailable()) {
        return ConditionEvaluationResult.enabled("a Docker engine answers");
      }
      String why = "no Docker engine answers, and LocalStack needs one";
      // For each class once: the runner counts what is skipped, but does not say why.
      if (context.getTestMethod().isEmpty()) {
        System.out.println("SKIPPED: " + context.getDisplayName() + ", for " + why);
      }
      return ConditionEvaluationResult.disabled(why);
    }
  }
}
