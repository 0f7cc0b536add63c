/**
 * A bot with one order to send and one to cancel that waits for SIGUSR2 before it does either; then it
 * prints what reached the exchange and what failed. Argument: the journal's file.
 */
import { systemClock } from '../../src/adapters/clock/systemClock.ts';
import { openJournal } from '../../src/adapters/sqlite/journal.ts';
import type { OrderRecord } from '../../src/core/domain/order.ts';
import type { QueueJob } from '../../src/ports/orderQueue.ts';
import { OrderDesk } from '../../src/runtime/orderDesk.ts';
import { Permits } from '../../src/runtime/permits.ts';
import { Session } from '../../src/runtime/session.ts';
import { ACCOUNT } from '../builders/books.ts';
import { aCandle, aControl, anEngine, BUY } from '../builders/engine.ts';
import { aReport } from '../builders/orders.ts';
import { HeldQueue, QUIET, ScriptedGateway } from '../builders/runtime.ts';

const [, , path = ''] = process.argv;
const { state, strategy } = anEngine();
const journal = openJournal(path, ACCOUNT);
journal.recover();
const base = { clock: systemClock, logger: QUIET };
const session = new Session({ ...base, journal, state, orderTtlMs: 60_000 });
const gateway = new ScriptedGateway();
const queue = new HeldQueue();
const permits = new Permits({ clock: systemClock, orderTtlMs: 60_000, offsetMs: () => 0 });
const desk = new OrderDesk({
  ...base,
  session,
  gateway,
  permits,
  // Nothing is taken before the test says so.
  queue,
  resolve: () => undefined,
});
const jobs: QueueJob[] = [];
const wished: OrderRecord[] = [];
session.onCommand((command) => {
  const id = command.kind === 'place' ? command.order.intentId : undefined;
  if (id !== undefined) desk.planned(id);
  const order = command.kind === 'cancel' ? session.order(command.intentId) : undefined;
  if (order) wished.push(order);
  jobs.push(...queue.jobs.splice(0).map(({ job }) => job));
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
session.outcome(sent, 'sending', '');
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
process.stdout.write(
  `${JSON.stringify([...jobs.map(({ kind }) => kind), ...wished.map(() => 'cancel')])}\n`,
);
await told;
clearInterval(awake);
for (const order of wished) desk.cancels.wish(order);
for (const job of [...jobs, ...queue.jobs.map((held) => held.job)]) await desk.handle(job);
const errors = session.failure ? [session.failure.message] : [];
process.stdout.write(`${JSON.stringify({ calls: gateway.calls, errors })}\n`);
journal.close();
