package dev.peras.engine.sessions;

import dev.peras.engine.Refusal;
import dev.peras.engine.pricing.Unpriced;

/** Says why an event has no price, and what would give it one. */
final class UnpricedWords {
  private UnpricedWords() {}

  static Refusal.Code code(Unpriced why) {
    return switch (why) {
      case Unpriced.NoModel none -> Refusal.Code.INVALID_REQUEST;
      case Unpriced.UnknownModel model -> Refusal.Code.UNKNOWN_MODEL;
      case Unpriced.UnknownTier tier -> Refusal.Code.UNPRICED_TIER;
      case Unpriced.UnknownRegion region -> Refusal.Code.UNPRICED_TIER;
      case Unpriced.UnknownModality modality -> Refusal.Code.UNPRICED_MODALITY;
      case Unpriced.UnknownFee fee -> Refusal.Code.UNPRICED_FEE;
      case Unpriced.SumOfPrompts sum -> Refusal.Code.INVALID_REQUEST;
      case Unpriced.Undivided total -> Refusal.Code.INVALID_REQUEST;
    };
  }

  static Refusal.Fault fault(int event, Unpriced why) {
    return switch (why) {
      case Unpriced.NoModel none -> new Refusal.Fault(event, "model", Recorder.unpriced(null));
      case Unpriced.UnknownModel(String model) ->
          new Refusal.Fault(event, "model", Recorder.unpriced(model));
      case Unpriced.UnknownTier(String model, String tier) ->
          new Refusal.Fault(
              event,
              "service_tier",
              ("'%s' of '%s' has no price, and may cost more than the ordinary one. Send the cost,"
                      + " or set the price with PUT /v1/prices/%s: one of batch, flex, priority, fast"
                      + " and ultrafast beside the other rates, for example {\"input\": 1.25,"
                      + " \"output\": 10, \"priority\": {\"input\": 2.5, \"output\": 20}}")
                  .formatted(tier, model, model));
      case Unpriced.UnknownRegion(String model, String region) ->
          new Refusal.Fault(
              event,
              "inference_geo",
              ("'%s' of '%s' has no price, and may cost more than anywhere else. Send the cost, or"
                      + " set the price with PUT /v1/prices/%s and {\"regions\": {\"%s\": 1.1}} beside"
                      + " the rates")
                  .formatted(region, model, model, region));
      case Unpriced.UnknownModality(String model, String rate) ->
          new Refusal.Fault(
              event,
              rate + "_tokens",
              ("cost more than text, and '%s' has no %s rate. Send the cost, or set the price with"
                      + " PUT /v1/prices/%s and {\"%s\": ...} beside the other rates, in USD per"
                      + " million tokens")
                  .formatted(model, rate, model, rate));
      case Unpriced.UnknownFee(String model, String kind) ->
          new Refusal.Fault(
              event,
              "fees",
              ("has %s, for which '%s' has no price. Send its amount as {\"fees\": [{\"kind\":"
                      + " \"%s\", \"quantity\": 1, \"amount\": 0.01}]}, send the cost, or set the"
                      + " price with PUT /v1/prices/%s and {\"fees\": {\"%s\": 0.01}} beside the"
                      + " rates, in USD for one")
                  .formatted(kind, model, kind, model, kind));
      case Unpriced.SumOfPrompts(String model) ->
          new Refusal.Fault(
              event,
              "usage",
              ("adds several prompts up, and '%s' costs more for long ones: it can't be told which"
                      + " were long. Send each request's usage as an event of its own")
                  .formatted(model));
      case Unpriced.Undivided(String model) ->
          new Refusal.Fault(
              event,
              "usage",
              ("has nothing but a total, and the output of '%s' costs something else than its"
                      + " input. Send both")
                  .formatted(model));
    };
  }
}
