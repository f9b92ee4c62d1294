package dev.peras.table;

import dev.peras.engine.money.Usd;
import dev.peras.engine.usage.Hash;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Our types as DynamoDB values, and back. */
public final class AttributeValues {
  public static final AttributeValue TRUE = AttributeValue.fromBool(true);

  private AttributeValues() {}

  public static AttributeValue of(String text) {
    return AttributeValue.fromS(text);
  }

  public static AttributeValue of(long number) {
    return AttributeValue.fromN(Long.toString(number));
  }

  public static AttributeValue of(Usd amount) {
    return AttributeValue.fromN(amount.toString());
  }

  public static AttributeValue of(Hash hash) {
    return AttributeValue.fromB(SdkBytes.fromByteArray(hash.toBytes()));
  }

  public static AttributeValue of(List<AttributeValue> list) {
    return AttributeValue.fromL(list);
  }

  public static AttributeValue of(Map<String, AttributeValue> map) {
    return AttributeValue.fromM(map);
  }

  /** Milliseconds since 1970. */
  public static AttributeValue of(Instant moment) {
    return of(moment.toEpochMilli());
  }

  public static long number(AttributeValue value) {
    return Long.parseLong(value.n());
  }

  public static Usd usd(AttributeValue value) {
    return Usd.of(value.n());
  }

  public static Hash hash(AttributeValue value) {
    return Hash.fromBytes(value.b().asByteArrayUnsafe());
  }

  public static Instant instant(AttributeValue value) {
    return Instant.ofEpochMilli(number(value));
  }
}
