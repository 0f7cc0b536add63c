/**
 * D3 and D6: an old copy of the journal. Mostly it is made at the moment at which an order was planned and not yet sent, so that
 * the next process does not know of the sending; and then that order comes to one end or another.
 */
import type { ApprovedOrder } from '../../src/core/domain/order.ts';
import type { ClaimedEnd } from './claims.ts';
import type { FaultHost, FaultKind, FaultShape } from './faultKinds.ts';

/** The copy is put back as soon as no answer can lag behind any more, while the order still stands. */
const PUT_BACK_MS = 3_500;
/** An order that the exchange hides is looked for when its time to live is over, and turns up after that. */
const TOO_OLD_MS = 5_500;
const HIDDEN_MS = 20_000;
/** How far a limit price is from the market, at least, for the order to rest for a while. */
const AWAY = 0.0005;

/** A copy is taken now; later the process ends, and the file is what `spoil` makes of it. */
export function oldCopy(words: string, spoil: (host: FaultHost) => void): FaultKind {
  return {
    words,
    weight: 1,
    begin: (host, fault) => {
      host.disk.backUp();
      restartLater(host, fault, { afterMs: fault.forMs, spoil });
    },
  };
}

/** What becomes of an order that the copy has as planned. */
interface Story {
  /** Whether it can be told of this order. */
  readonly fits: (order: ApprovedOrder, host: FaultHost) => boolean;
  /** Happens when the copy was just made. */
  readonly begin?: (order: ApprovedOrder, host: FaultHost) => void;
  /** When the copy is put back, after it was made. */
  readonly afterMs?: number;
  /** Happens while the old copy takes the place of the file. */
  readonly between?: (order: ApprovedOrder, host: FaultHost) => void;
  /** Happens between the opening of the private stream and the answers to the first questions of who was given the copy. */
  readonly boot?: (order: ApprovedOrder, host: FaultHost) => void;
}

const endsAs = (as: ClaimedEnd): Story => ({
  fits: rests,
  begin: (order, host) => {
    endWhenTaken(order, host, as);
  },
});

const fills = (share: number): Story => ({
  fits: rests,
  boot: ({ clientOrderId }, { exchange, network }) => {
    exchange.fillByHand(clientOrderId, share);
    // The stream is faster than the answer about the order.
    network.rules.push({
      kinds: ['order'],
      subject: clientOrderId,
      times: 1,
      effect: () => ({ request: 1_500 }),
      met: () => undefined,
    });
  },
});

const HIDDEN: Story = {
  // With a clock that is set back besides, its time to live would not be over.
  fits: (order, host) => rests(order, host) && !host.isPlanned('C1', 'C2'),
  afterMs: TOO_OLD_MS,
  // Not before: another copy's return may put this one back while its order could still be sent.
  between: ({ clientOrderId }, { exchange }) => {
    exchange.claims.hide(clientOrderId, HIDDEN_MS);
    exchange.later(HIDDEN_MS, () => {
      exchange.tell(clientOrderId);
    });
  },
};

/** The same, but given up for a minimum that the exchange has raised meanwhile. */
const DENIED: Story = {
  ...HIDDEN,
  between: (order, host) => {
    HIDDEN.between?.(order, host);
    const { exchange } = host;
    const { id, minNotional } = exchange.market(order.symbol).instrument;
    exchange.engine.replaceInstrument(id, { minNotional: minNotional * 20n });
    host.until(HIDDEN_MS, () => {
      exchange.engine.replaceInstrument(id, { minNotional });
    });
  },
};

const STORIES: readonly Story[] = [
  { fits: () => true },
  endsAs('canceled'),
  endsAs('rejected'),
  fills(0.5),
  fills(1),
  fills(1),
  fills(1),
  fills(1),
  HIDDEN,
  DENIED,
];

export function lateCopy(words: string): FaultKind {
  const plain = oldCopy(words, (host) => {
    host.putBack();
  });
  return {
    words,
    weight: 9,
    begin: (host, fault) => {
      const at = Math.floor(fault.roll * (STORIES.length + 1)) - 1;
      const story = STORIES[at];
      if (!story) {
        plain.begin(host, fault);
        return;
      }
      host.whenPlanned((order) => {
        if (host.isHealing) return true;
        if (!story.fits(order, host)) return false;
        host.disk.backUp();
        story.begin?.(order, host);
        const { afterMs = PUT_BACK_MS } = story;
        const spoil = (): void => {
          host.putBack();
          story.between?.(order, host);
          host.whenStreamOpens(() => story.boot?.(order, host));
        };
        restartLater(host, fault, { afterMs, spoil });
        return true;
      });
    },
  };
}

function restartLater(
  host: FaultHost,
  fault: FaultShape,
  { afterMs, spoil }: { readonly afterMs: number; readonly spoil: (host: FaultHost) => void },
): void {
  host.scheduler.after(afterMs, () => {
    if (!host.disk.hasBackup || host.isHealing) return;
    host.occurred(fault.id);
    host.restart('process', () => {
      spoil(host);
    });
  });
}

function endWhenTaken(
  { clientOrderId }: ApprovedOrder,
  { network, exchange }: FaultHost,
  as: ClaimedEnd,
): void {
  network.rules.push({
    kinds: ['place'],
    subject: clientOrderId,
    times: 1,
    effect: () => ({
      after: () => {
        exchange.endByItself(clientOrderId, as);
      },
    }),
    met: () => undefined,
  });
}

/** It will stand at the exchange for some time. */
function rests({ type, side, price, symbol }: ApprovedOrder, { exchange }: FaultHost): boolean {
  if (price === undefined || (type !== 'limit' && type !== 'limit_maker')) return false;
  const away = price.toNumber() / exchange.market(symbol).lastPrice - 1;
  return (side === 'buy' ? -away : away) > AWAY;
}
