/** Lets the market of a simulated exchange go on or stand still, over its control API. */
import type { ProcessCard } from './simulatorProcess.ts';

const ANSWER_DEADLINE_MS = 2_000;

/** Lets the market stand still, or go on. @throws Error when the exchange does not answer. */
export async function setMarket(card: ProcessCard, to: 'pause' | 'resume'): Promise<void> {
  const answer = await fetch(new URL('time', card.controlUrl), {
    method: 'POST',
    headers: { 'X-Sim-Token': card.controlToken },
    body: JSON.stringify({ do: to }),
    signal: AbortSignal.timeout(ANSWER_DEADLINE_MS),
  });
  if (!answer.ok) throw new Error(`SIMULATOR_FAILED: ${to}: HTTP ${String(answer.status)}`);
}

/** Stops the market of a simulated exchange; does nothing about any other. */
export function quietOf(card: ProcessCard | undefined): () => Promise<void> {
  return async () => {
    if (card) await setMarket(card, 'pause');
  };
}
