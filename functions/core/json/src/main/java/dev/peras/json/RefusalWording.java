package dev.peras.json;

import dev.peras.engine.Reason;
import dev.peras.engine.pricing.Unpriced;
import org.jspecify.annotations.Nullable;

/**
 * How the API says a reason: status, code and sentence of each, in one place.
 *
 * @param code a word that programs can rely on
 * @param field what is at fault; null for none of the request's fields
 * @param message a sentence, or where a field is at fault what comes after its name
 */
record RefusalWording(int status, String code, @Nullable String field, String message) {

  static RefusalWording of(Reason reason) {
    return switch (reason) {
      case Reason.SessionBudgetReached it ->
          of(
              402,
              "session_budget_reached",
              "Session %s has %s USD left of its budget of %s USD; the hold asks for %s USD."
                  .formatted(
                      it.sessionId(),
                      it.figures().remaining(),
                      it.figures().limit(),
                      String.valueOf(it.figures().requested())));
      case Reason.CustomerCapReached it ->
          of(
              402,
              "customer_cap_reached",
              "Customer %s has %s USD left of its cap of %s USD for %s."
                  .formatted(
                      it.customerId(),
                      it.figures().remaining(),
                      it.figures().limit(),
                      it.period()));
      case Reason.NoPrice(Unpriced.NoModel none) ->
          at(
              422,
              "invalid_request",
              "model",
              "is missing: neither the request nor its session names one, and without a cost there"
                  + " must be one");
      case Reason.NoPrice(Unpriced.UnknownModel(String model)) ->
          at(422, "unknown_model", "model", UNPRICED.formatted(model));
      case Reason.NoPrice(Unpriced.UnknownTier(String model, String tier)) ->
          at(
              422,
              "unpriced_tier",
              "service_tier",
              ("'%s' of '%s' has no price, and may cost more than the ordinary one. Send the cost,"
                      + " or set the price with PUT /v1/prices/%s: one of batch, flex, priority,"
                      + " fast and ultrafast beside the other rates, for example {\"input\": 1.25,"
                      + " \"output\": 10, \"priority\": {\"input\": 2.5, \"output\": 20}}")
                  .formatted(tier, model, model));
      case Reason.NoPrice(Unpriced.UnknownRegion(String model, String region)) ->
          at(
              422,
              "unpriced_tier",
              "inference_geo",
              ("'%s' of '%s' has no price, and may cost more than anywhere else. Send the cost, or"
                      + " set the price with PUT /v1/prices/%s and {\"regions\": {\"%s\": 1.1}}"
                      + " beside the rates")
                  .formatted(region, model, model, region));
      case Reason.NoPrice(Unpriced.UnknownModality(String model, String rate)) ->
          at(
              422,
              "unpriced_modality",
              rate + "_tokens",
              ("cost more than text, and '%s' has no %s rate. Send the cost, or set the price with"
                      + " PUT /v1/prices/%s and {\"%s\": ...} beside the other rates, in USD per"
                      + " million tokens")
                  .formatted(model, rate, model, rate));
      case Reason.NoPrice(Unpriced.UnknownFee(String model, String kind)) ->
          at(
              422,
              "unpriced_fee",
              "fees",
              ("has %s, for which '%s' has no price. Send its amount as {\"fees\": [{\"kind\":"
                      + " \"%s\", \"quantity\": 1, \"amount\": 0.01}]}, send the cost, or set the"
                      + " price with PUT /v1/prices/%s and {\"fees\": {\"%s\": 0.01}} beside the"
                      + " rates, in USD for one")
                  .formatted(kind, model, kind, model, kind));
      case Reason.NoPrice(Unpriced.SumOfPrompts(String model)) ->
          at(
              422,
              "invalid_request",
              "usage",
              ("adds several prompts up, and '%s' costs more for long ones: it can't be told which"
                      + " were long. Send each request's usage as an event of its own")
                  .formatted(model));
      case Reason.NoPrice(Unpriced.Undivided(String model)) ->
          at(
              422,
              "invalid_request",
              "usage",
              ("has nothing but a total, and the output of '%s' costs something else than its"
                      + " input. Send both")
                  .formatted(model));
      case Reason.OccurredAtInFuture it ->
          at(
              422,
              "occurred_at_in_future",
              "occurred_at",
              "is %s, more than %d minutes ahead of the server's clock, which says %s"
                  .formatted(it.occurredAt(), it.tolerance().toMinutes(), it.receivedAt()));
      case Reason.EventSentTwice it ->
          at(
              409,
              "event_conflict",
              "event_id",
              "'%s' comes twice in this request, with different content; nothing was recorded"
                  .formatted(it.eventId()));
      case Reason.EventRecordedBefore it ->
          at(
              409,
              "event_conflict",
              "event_id",
              "'%s' has been recorded with different content; nothing of this request was recorded"
                  .formatted(it.eventId()));
      case Reason.TooManyMonths it ->
          at(
              422,
              "invalid_request",
              "events",
              "touch too many months for one request: send them in smaller ones");
      case Reason.SessionNotFound it ->
          of(404, "session_not_found", "There is no session '%s'.".formatted(it.sessionId()));
      case Reason.SessionExists it ->
          of(
              409,
              "session_exists",
              "Session %s was started by another request.".formatted(it.sessionId()));
      case Reason.SessionEnded it ->
          of(
              409,
              "session_ended",
              "Session %s has ended: it can spend no more.".formatted(it.sessionId()));
      case Reason.SessionClosed it ->
          of(
              410,
              "session_closed",
              ("Session %s has been closed since %s: usage is taken for %d days after a session's"
                      + " end.")
                  .formatted(it.sessionId(), it.since(), it.lateWindow().toDays()));
      case Reason.HoldGranted it ->
          of(409, "hold_exists", "Hold %s was granted to another request.".formatted(it.holdId()));
      case Reason.HoldOver it ->
          of(
              409,
              "hold_exists",
              "Hold %s was released or settled before it was asked for.".formatted(it.holdId()));
      case Reason.TooManyHolds it ->
          of(
              409,
              "too_many_holds",
              "Session %s has %d open holds, which is the most. Settle or release some."
                  .formatted(it.sessionId(), it.most()));
      case Reason.TopUpExists it ->
          of(
              409,
              "top_up_exists",
              "Top-up %s was made with another amount or reason.".formatted(it.topUpId()));
      case Reason.PriceNotFound it ->
          of(404, "price_not_found", "Model " + UNPRICED.formatted(it.model()));
      case Reason.WebhookNotFound it ->
          of(
              404,
              "webhook_not_found",
              "There is no webhook endpoint '%s'.".formatted(it.endpointId()));
      case Reason.TooManyWebhooks it ->
          of(
              409,
              "too_many_webhooks",
              "There are %d webhook endpoints already, the most there may be."
                  .formatted(it.most()));
      case Reason.AlertNotFound it ->
          of(404, "alert_not_found", "There is no alert '%s'.".formatted(it.alertId()));
      case Reason.UnknownCursor it ->
          at(422, "invalid_request", "cursor", "is not one that this list has given");
      case Reason.ConcurrentUpdates it ->
          of(503, "try_again", "Conflicting concurrent updates. It is safe to retry.");
      case Reason.TableUnreachable it ->
          of(503, "try_again", "The table did not answer in time. It is safe to retry.");
    };
  }

  private static final String UNPRICED =
      "'%1$s' has no price. Add one with PUT /v1/prices/%1$s, for example"
          + " {\"input\": 1.25, \"output\": 10} in USD per million tokens";

  private static RefusalWording of(int status, String code, String sentence) {
    return new RefusalWording(status, code, null, sentence);
  }

  private static RefusalWording at(int status, String code, String field, String message) {
    return new RefusalWording(status, code, field, message);
  }

  /** The sentence, whether or not a field is at fault. */
  String detail() {
    return field == null ? message : field + " " + message;
  }
}
