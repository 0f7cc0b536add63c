/**
 * A bot with one order to send and one to cancel that waits for SIGUSR2 before it does either; then it
 * prints what reached the exchange and what failed. Argument: the journal's file.
 */
import { systemClock } from '../../src/adapters/clock/systemClock.ts';
import { openJournal } from '../../src/adapters/sqlite/journal.ts';
import type { QueueJob } from '../../src/ports/orderQueue.ts';
import { Executor } from '../../src/runtime/executor.ts';
import { Session } from '../../src/runtime/session.ts';
import { ACCOUNT } from '../builders/books.ts';
import { aCandle, aControl, anEngine, BUY } from '../builders/engine.ts';
import { aReport } from '../builders/orders.ts';
import { QUIET, ScriptedGateway } from '../builders/runtime.ts';

const [, , path = ''] = process.argv;
const { state, strategy } = anEngine();
const journal = openJournal(path, ACCOUNT);
journal.recover();
const base = { journal, clock: systemClock, logger: QUIET };
const session = new Session({ ...base, state, orderTtlMs: 60_000 });
const gateway = new ScriptedGateway();
const executor = new Executor({
  ...base,
  session,
  gateway,
  resolve: () => undefined,
});
const jobs: QueueJob[] = [];
session.onCommand((command) => {
  if (command.kind === 'place' || command.kind === 'cancel') {
    const { intentId, symbol } = command.kind === 'place' ? command.order : command;
    jobs.push({ kind: command.kind, intentId, symbol });
  }
});

session.dispatch(aControl('arm'));
for (const bar of [0, 1]) {
  strategy.onNextBar = (context) => {
    context.place({ ...BUY, tag: String(bar) });
  };
  session.dispatch(aCandle(bar, 100));
}
const [, sent] = session.liveOrders();
if (!sent) throw new Error('no order');
session.report(aReport({ clientOrderId: sent.intent.clientOrderId }));
strategy.onNextBar = (context) => {
  context.cancel(sent.intent.intentId, 'test');
};
session.dispatch(aCandle(2, 100));

const told = new Promise<void>((resolve) => {
  process.once('SIGUSR2', () => {
    resolve();
  });
});
const awake = setInterval(() => undefined, 60_000);
process.stdout.write(`${JSON.stringify(jobs.map(({ kind }) => kind))}\n`);
await told;
clearInterval(awake);
const errors: string[] = [];
for (const job of jobs)
  await executor.handle(job).catch((error: unknown) => errors.push(String(error)));
if (session.failure) errors.push(session.failure.message);
process.stdout.write(`${JSON.stringify({ calls: gateway.calls, errors })}\n`);
journal.close();
