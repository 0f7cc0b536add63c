/** I15: a symbol is halted, or put on hold, only for a cause that lies in the world. The words of the halt say which to look for. */
import type { Note } from '../../src/core/domain/notes.ts';
import { externalEffects } from './external.ts';
import type { Host } from './host.ts';
import type { JournalReader } from './reader.ts';
import { Violation } from './violation.ts';

/** What the watch knows of orders. */
interface Knowledge {
  readonly reader: JournalReader;
  /** Client ids of orders that the books need not know. */
  readonly forgotten: ReadonlySet<string>;
  isOutside(clientOrderId: string): boolean;
  isContradictedIntent(intentId: string): boolean;
}

/** What looks into a cause may see. */
export type World = Host & { readonly watch: Knowledge };

/** A reason as the engine words it, and whether the world bears it out. */
interface Cause {
  readonly words: RegExp;
  readonly isSo: (world: World, match: RegExpExecArray, symbol: string) => boolean;
}

/** Faults after which a process may rightly think that time did not pass as it should. */
const TIME: readonly string[] = ['C1', 'C2', 'C3', 'C6', 'C7'];

const CAUSES: readonly Cause[] = [
  {
    words: /^order (\S+) (?:is quarantined|was [A-Z_]+, the exchange says)/u,
    isSo: ({ watch }, [, intentId = '']) => watch.isContradictedIntent(intentId),
  },
  {
    words: /^order (\d+) (?:is not ours|was made by Plimsoll but is not in this journal)/u,
    isSo: ({ exchange, watch }, [, id]) => {
      const order = exchange.account.orderById(Number(id));
      return order !== undefined && !watch.reader.knows(order.clientOrderId);
    },
  },
  {
    words: /^fill (\d+) belongs to no order of ours/u,
    isSo: ({ exchange, watch }, [, id], symbol) => {
      const trades = exchange.account.trades.select({ instrumentId: symbol.replace('/', '') });
      return [...trades].some(
        (trade) => String(trade.id) === id && watch.isOutside(trade.clientOrderId),
      );
    },
  },
  {
    words: /^the exchange says \S+ (\S+), the ledger says/u,
    isSo: ({ exchange, watch }, [, asset = '']) => {
      const outside = externalEffects(exchange, watch.reader, (id) => watch.isOutside(id));
      const { deposited } = watch.reader.balances().find((row) => row.asset === asset) ?? {};
      return !(outside.get(asset)?.eq(deposited ?? 0) ?? true);
    },
  },
  {
    words: /^strategy \S+ has sold more than it held/u,
    isSo: ({ exchange, watch }) => exchange.claims.lies.size > 0 || watch.forgotten.size > 0,
  },
  {
    // It stands for up to a minute after the market is back, and then again when the operator lifts it meanwhile.
    words: /^on hold: the market is gone/u,
    isSo: ({ hasOccurred }) => hasOccurred('M4'),
  },
  { words: /^on hold: the disk is full/u, isSo: ({ hasOccurred }) => hasOccurred('D1') },
  {
    words: /^on hold: comparing after a standstill/u,
    isSo: ({ hasOccurred }) => TIME.some(hasOccurred),
  },
  {
    words: /^on hold: the outcome of an order is not known/u,
    isSo: ({ watch }, _match, symbol) =>
      watch.reader
        .openOrders()
        .some((order) => order.symbol === symbol && order.state !== 'PLANNED'),
  },
];

/** @throws Violation for a halt without a cause */
export function checkHalt(world: World, { inputs, symbol: market }: Note): void {
  const symbol: string = market ?? '';
  const reason = String(inputs['reason']);
  for (const { words, isSo } of CAUSES) {
    const match = words.exec(reason);
    if (match && isSo(world, match, symbol)) return;
  }
  throw new Violation('I15', `${symbol} is halted, and nothing has happened: ${reason}`);
}
