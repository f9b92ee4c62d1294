package dev.peras.store;

import dev.peras.engine.Hash;
import dev.peras.engine.Usd;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Our types as DynamoDB values, and back. */
final class Values {
  static final AttributeValue TRUE = AttributeValue.fromBool(true);

  private Values() {}

  static AttributeValue of(String text) {
    return AttributeValue.fromS(text);
  }

  static AttributeValue of(long number) {
    return AttributeValue.fromN(Long.toString(number));
  }

  static AttributeValue of(Usd amount) {
    return AttributeValue.fromN(amount.toString());
  }

  static AttributeValue of(Hash hash) {
    return AttributeValue.fromB(SdkBytes.fromByteArray(hash.toBytes()));
  }

  static AttributeValue of(List<AttributeValue> list) {
    return AttributeValue.fromL(list);
  }

  static AttributeValue of(Map<String, AttributeValue> map) {
    return AttributeValue.fromM(map);
  }

  /** Milliseconds since 1970. */
  static AttributeValue of(Instant moment) {
    return of(moment.toEpochMilli());
  }

  static long number(AttributeValue value) {
    return Long.parseLong(value.n());
  }

  static Usd usd(AttributeValue value) {
    return Usd.of(value.n());
  }

  static Hash hash(AttributeValue value) {
    return Hash.fromBytes(value.b().asByteArrayUnsafe());
  }

  static Instant instant(AttributeValue value) {
    return Instant.ofEpochMilli(number(value));
  }
}
