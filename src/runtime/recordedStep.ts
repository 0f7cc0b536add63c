/** One step of the engine, with what went in and what came out taken down. */
import type { EngineEvent } from '../core/domain/events.ts';
import type { StepOutput } from '../core/engine/output.ts';
import type { EngineState } from '../core/engine/state.ts';
import { step } from '../core/engine/step.ts';
import type { Recorder } from '../ports/recorder.ts';

/** @param recorder absent: nothing is recorded. @throws what the step throws, after that is on record */
export function recordedStep(
  state: EngineState,
  event: EngineEvent,
  recorder: Recorder | undefined,
): StepOutput {
  if (!recorder) return step(state, event);
  recorder.event(event);
  try {
    const output = step(state, event);
    if (output.commands.length > 0) recorder.commands(output.commands);
    return output;
  } catch (error) {
    recorder.failure(error instanceof Error ? error.message : String(error));
    throw error;
  }
}
