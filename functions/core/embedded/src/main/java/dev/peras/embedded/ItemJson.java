package dev.peras.embedded;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.peras.table.Item;
import dev.peras.table.Key;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Items in DynamoDB's own JSON ({@code {"n": {"N": "12"}}}), without their keys, which stand beside
 * it. Text, so that any SQLite client shows what is stored.
 */
final class ItemJson {
  private static final JsonFactory JSON = new JsonFactory();

  private ItemJson() {}

  static byte[] write(Item item) {
    var out = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      for (Map.Entry<String, AttributeValue> entry : item.values().entrySet()) {
        if (!isKey(entry.getKey())) {
          json.writeFieldName(entry.getKey());
          write(json, entry.getValue());
        }
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalArgumentException("an item that cannot be written as JSON: " + e, e);
    }
    return out.toByteArray();
  }

  private static boolean isKey(String name) {
    return name.equals("pk") || name.equals("sk");
  }

  private static void write(JsonGenerator json, AttributeValue value) throws IOException {
    json.writeStartObject();
    json.writeFieldName(value.type().name());
    switch (value.type()) {
      case S -> json.writeString(value.s());
      case N -> json.writeString(value.n());
      case B -> json.writeBinary(value.b().asByteArrayUnsafe());
      case BOOL -> json.writeBoolean(value.bool());
      case NUL -> json.writeBoolean(true);
      case L -> {
        json.writeStartArray();
        for (AttributeValue element : value.l()) {
          write(json, element);
        }
        json.writeEndArray();
      }
      case M -> {
        json.writeStartObject();
        for (Map.Entry<String, AttributeValue> entry : value.m().entrySet()) {
          json.writeFieldName(entry.getKey());
          write(json, entry.getValue());
        }
        json.writeEndObject();
      }
      default -> throw new IOException("no items have values of type " + value.type());
    }
    json.writeEndObject();
  }

  static Item read(Key key, byte[] text) {
    Map<String, AttributeValue> values = new LinkedHashMap<>();
    values.put("pk", AttributeValue.fromS(key.pk()));
    values.put("sk", AttributeValue.fromS(key.sk()));
    try (JsonParser json = JSON.createParser(text)) {
      expect(json.nextToken(), JsonToken.START_OBJECT);
      readFields(json, values);
    } catch (IOException e) {
      throw new IllegalStateException("the item " + key + " is no JSON: " + e, e);
    }
    return new Item(values);
  }

  /** Reads up to the end of an object that has begun. */
  private static void readFields(JsonParser json, Map<String, AttributeValue> into)
      throws IOException {
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      expect(json.nextToken(), JsonToken.START_OBJECT);
      into.put(name, readValue(json));
    }
    expect(json.currentToken(), JsonToken.END_OBJECT);
  }

  /** Reads {@code "S": "text"}} of a value whose object has begun. */
  private static AttributeValue readValue(JsonParser json) throws IOException {
    String type = json.nextFieldName();
    JsonToken first = json.nextToken();
    AttributeValue value =
        switch (String.valueOf(type)) {
          case "S" -> AttributeValue.fromS(json.getText());
          case "N" -> AttributeValue.fromN(json.getText());
          case "B" -> AttributeValue.fromB(SdkBytes.fromByteArrayUnsafe(json.getBinaryValue()));
          case "BOOL" -> AttributeValue.fromBool(json.getBooleanValue());
          case "NUL" -> AttributeValue.fromNul(json.getBooleanValue());
          case "L" -> AttributeValue.fromL(readList(json, first));
          case "M" -> {
            expect(first, JsonToken.START_OBJECT);
            Map<String, AttributeValue> map = new LinkedHashMap<>();
            readFields(json, map);
            yield AttributeValue.fromM(map);
          }
          default -> throw new IOException("a value of type " + type);
        };
    expect(json.nextToken(), JsonToken.END_OBJECT);
    return value;
  }

  private static List<AttributeValue> readList(JsonParser json, JsonToken first)
      throws IOException {
    expect(first, JsonToken.START_ARRAY);
    List<AttributeValue> list = new ArrayList<>();
    while (json.nextToken() == JsonToken.START_OBJECT) {
      list.add(readValue(json));
    }
    expect(json.currentToken(), JsonToken.END_ARRAY);
    return list;
  }

  private static void expect(JsonToken token, JsonToken wanted) throws IOException {
    if (token != wanted) {
      throw new IOException("%s where %s belongs".formatted(token, wanted));
    }
  }
}
