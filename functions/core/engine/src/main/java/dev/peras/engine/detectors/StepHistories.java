package dev.peras.engine.detectors;

import dev.peras.engine.usage.Activity;
import dev.peras.engine.usage.Hash;
import dev.peras.engine.usage.Tokens;
import java.util.ArrayList;
import java.util.List;

/**
 * The histories of a session's agents, each compared with itself alone: so neither sub-agents side
 * by side nor small calls to another model disturb one another.
 *
 * @param agents the one that was seen longest ago first; at most {@value #MAX_AGENTS}, after which
 *     that one is forgotten
 */
public record StepHistories(List<Agent> agents) {
  public static final int MAX_AGENTS = 8;

  /** Of a session without steps. */
  public static final StepHistories START = new StepHistories(List.of());

  /**
   * An agent and its history.
   *
   * @param key tells it apart from the others of its session
   */
  public record Agent(int key, StepHistory history) {}

  public StepHistories {
    agents = List.copyOf(agents);
  }

  /** Who made a call: the agent that it names, or else its model. */
  static int key(Activity activity, String model) {
    Hash hash = Hash.of(activity.agent() == null ? "model " + model : "agent " + activity.agent());
    return (int) hash.high();
  }

  StepHistory of(int key) {
    for (Agent agent : agents) {
      if (agent.key() == key) {
        return agent.history();
      }
    }
    return StepHistory.START;
  }

  /** With an agent's history as it is after its latest step. */
  StepHistories with(int key, StepHistory history) {
    List<Agent> next = new ArrayList<>(agents.size() + 1);
    for (Agent agent : agents) {
      if (agent.key() != key) {
        next.add(agent);
      }
    }
    next.add(new Agent(key, history));
    return new StepHistories(next.size() > MAX_AGENTS ? next.subList(1, next.size()) : next);
  }

  /** With one more step of the agent that made it. */
  StepHistories next(int key, Tokens tokens, Activity activity) {
    return with(key, of(key).next(tokens, activity));
  }
}
