/** Whether anything is still under way: what the simulation waits for after everything has healed. */
import { uncovered } from './cover.ts';
import type { Host, ProcessView } from './host.ts';
import type { Watch } from './watch.ts';

/** States in which an order may rest for as long as it likes. */
const RESTING: ReadonlySet<string> = new Set(['ACKED', 'PARTIAL']);

/** What is still under way, in words; empty when nothing is. */
export function pendingBusiness(host: Host & { readonly watch: Watch }): string {
  const { process } = host;
  const parts = process?.trader.parts;
  if (!process?.isRunning || !parts) return 'no process is running';
  // It finds out with its next write, ends, and another one starts.
  if (process.epoch !== host.watch.reader.newestEpoch())
    return 'another process has taken over and is gone';
  const { standstill } = parts.session;
  if (standstill !== '') return standstill;
  if (parts.resolver.pending > 0) return `${parts.resolver.pending} orders are looked up`;
  const unwanted = parts.session.liveOrders().find(({ cancelRequested }) => cancelRequested);
  if (unwanted) return `${unwanted.intent.intentId} is to be cancelled`;
  return onItsWay(host, process) || unsettled(host);
}

function onItsWay(
  { network, queue }: Host & { readonly watch: Watch },
  process: ProcessView,
): string {
  if (network.late > 0) return `${network.late} requests are on their way`;
  if (queue.waiting + queue.activeOf(process) > 0) return 'jobs wait in the queue';
  const busy = process.trader.parts?.desk.busy ?? 0;
  return busy > 0 ? `${busy} orders or cancels are at the desk` : '';
}

/** An order that has not come to its end or its rest, or a fill that is not on record. */
function unsettled({ exchange, watch }: Host & { readonly watch: Watch }): string {
  const { account, claims } = exchange;
  const { reader } = watch;
  if (claims.isHolding) return 'the exchange hides an order yet';
  if (exchange.isUpToSomething) return 'the exchange is about to do something';
  const open = reader.openOrders();
  const moving = open.find(({ state }) => !RESTING.has(state));
  if (moving) return `${moving.intentId} is ${moving.state}`;
  const isExpected = ({ clientOrderId: id }: { readonly clientOrderId: string }): boolean =>
    reader.knows(id) && !watch.forgotten.has(id);
  const inBooks = new Set(open.map(({ clientOrderId }) => clientOrderId));
  const atExchange = new Set([...account.open.values()].map(({ clientOrderId }) => clientOrderId));
  const over = open.find(({ clientOrderId }) => !atExchange.has(clientOrderId));
  if (over) return `${over.intentId} has ended at the exchange, the books have it ${over.state}`;
  // What an old copy of the journal only planned is found too, sooner or later.
  const standing = [...account.open.values()].find(
    ({ clientOrderId: id }) => !inBooks.has(id) && reader.knows(id),
  );
  if (standing) return `${standing.clientOrderId} stands at the exchange, the books have it ended`;
  const phantom = uncovered(exchange, reader, watch.forgotten);
  if (phantom !== '') return `nobody has noticed that of ${phantom}`;
  const booked = new Set(reader.fills().map(({ key }) => key));
  const missing = [...account.trades.select()].find(
    (trade) =>
      !booked.has(`${trade.instrument.base}/${trade.instrument.quote} ${trade.id}`) &&
      isExpected(trade) &&
      !watch.isDisowned(trade),
  );
  return missing ? `fill ${missing.id} of ${missing.clientOrderId} is not booked` : '';
}
