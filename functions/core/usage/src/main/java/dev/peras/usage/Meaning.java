package dev.peras.usage;

/** What a number in a usage object stands for. */
enum Meaning {
  INPUT("input tokens"),
  OUTPUT("output tokens"),
  CACHE_READ("tokens read from a cache"),
  CACHE_WRITE("all tokens written to a cache"),
  CACHE_WRITE_5M("tokens written for minutes"),
  CACHE_WRITE_1H("tokens written for an hour"),
  UNCACHED_INPUT("input less cached tokens, checked"),
  EXTRA_INPUT("input beside the prompt"),
  REASONING("reasoning tokens"),
  TOTAL("sum, checked"),

  TEXT_INPUT("part of input, checked"),
  AUDIO_INPUT("part of input that is audio"),
  IMAGE_INPUT("part of input that is images, video or pages"),
  TEXT_CACHED("part of cached tokens, checked"),
  AUDIO_CACHED("part of cached tokens that is audio"),
  IMAGE_CACHED("part of cached tokens that is images"),
  TEXT_OUTPUT("part of output, checked"),
  AUDIO_OUTPUT("part of output that is audio"),
  IMAGE_OUTPUT("part of output that is images"),
  OUTPUT_PART("part of output, billed as such"),

  /** Something that is charged beside tokens; its kind stands beside it in the table. */
  FEE("fee"),
  /** What the provider has charged, in US dollars. */
  BILL("the provider's bill"),
  /** The same in ten-billionths of a dollar. */
  BILL_TICKS("the provider's bill, in 1e-10 dollars"),
  /** With a key of one's own at a gateway: what the provider behind it charges. */
  UPSTREAM_BILL("bill of the provider behind the gateway"),

  /** Known, and not money by itself. */
  NOT_MONEY("not money"),
  /** How many prompts the counts are the sum of. */
  PROMPTS("number of prompts, not money");

  private final String words;

  Meaning(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }
}
