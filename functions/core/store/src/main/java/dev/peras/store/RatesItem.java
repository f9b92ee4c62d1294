package dev.peras.store;

import dev.peras.engine.money.Usd;
import dev.peras.engine.pricing.MediaRates;
import dev.peras.engine.pricing.Rates;
import dev.peras.table.AttributeValues;
import dev.peras.table.Item;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Rates as attributes: by name in a price, in a short list in each step. */
final class RatesItem {
  /** In a list, what comes after the five that are always there; older steps end earlier. */
  private static final int REASONING = 5;

  private static final int MEDIA = 6;
  private static final int ALL = 12;

  private RatesItem() {}

  static AttributeValue map(Rates rates) {
    MediaRates media = rates.media();
    return AttributeValues.of(
        Item.attributes()
            .put("input", rates.input())
            .put("output", rates.output())
            .put("cache_read", rates.cacheRead())
            .put("cache_write", rates.cacheWrite())
            .put("cache_write_1h", rates.cacheWrite1h())
            .optional("reasoning", rates.reasoning())
            .optional("audio_input", media.audioInput())
            .optional("audio_cache_read", media.audioCacheRead())
            .optional("image_input", media.imageInput())
            .optional("image_cache_read", media.imageCacheRead())
            .optional("audio_output", media.audioOutput())
            .optional("image_output", media.imageOutput())
            .values());
  }

  static Rates ofMap(Map<String, AttributeValue> map) {
    Item item = new Item(map);
    return new Rates(
        item.usd("input"),
        item.usd("output"),
        item.usd("cache_read"),
        item.usd("cache_write"),
        item.usd("cache_write_1h"),
        item.optionalUsd("reasoning"),
        media(
            Arrays.asList(
                item.optionalUsd("audio_input"),
                item.optionalUsd("audio_cache_read"),
                item.optionalUsd("image_input"),
                item.optionalUsd("image_cache_read"),
                item.optionalUsd("audio_output"),
                item.optionalUsd("image_output"))));
  }

  static AttributeValue list(Rates rates) {
    MediaRates media = rates.media();
    List<@Nullable Usd> all =
        Arrays.asList(
            rates.input(),
            rates.output(),
            rates.cacheRead(),
            rates.cacheWrite(),
            rates.cacheWrite1h(),
            rates.reasoning(),
            media.audioInput(),
            media.audioCacheRead(),
            media.imageInput(),
            media.imageCacheRead(),
            media.audioOutput(),
            media.imageOutput());
    int end = ALL;
    while (all.get(end - 1) == null) {
      end--;
    }
    List<AttributeValue> list = new ArrayList<>(end);
    for (Usd rate : all.subList(0, end)) {
      list.add(rate == null ? AttributeValue.fromNul(true) : AttributeValues.of(rate));
    }
    return AttributeValues.of(list);
  }

  static Rates ofList(List<AttributeValue> list) {
    List<@Nullable Usd> all = new ArrayList<>(ALL);
    for (int i = 0; i < ALL; i++) {
      boolean isThere = i < list.size() && !Boolean.TRUE.equals(list.get(i).nul());
      all.add(isThere ? AttributeValues.usd(list.get(i)) : null);
    }
    return new Rates(
        AttributeValues.usd(list.get(0)),
        AttributeValues.usd(list.get(1)),
        AttributeValues.usd(list.get(2)),
        AttributeValues.usd(list.get(3)),
        AttributeValues.usd(list.get(4)),
        all.get(REASONING),
        media(all.subList(MEDIA, ALL)));
  }

  private static MediaRates media(List<@Nullable Usd> rates) {
    return new MediaRates(
        rates.get(0), rates.get(1), rates.get(2), rates.get(3), rates.get(4), rates.get(5));
  }
}
