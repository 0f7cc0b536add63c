/**
 * Faults in which the exchange does something of its own accord (R18, R19) or contradicts itself (L1 … L6). What it lies about is
 * remembered (claims.ts): only of those orders, and only with an alarm, may the books turn out to have been wrong.
 */
import type { ApprovedOrder, OrderRecord } from '../../src/core/domain/order.ts';
import type { ClaimedEnd } from './claims.ts';
import { isByHand, type Answer, type SimExchange } from './exchange.ts';
import {
  atOnce,
  isOpenOrder,
  onRequest,
  pick,
  refusal,
  type FaultHost,
  type FaultKind,
  type FaultShape,
} from './faultKinds.ts';
import type { Effect } from './wire.ts';

/** Beyond the resolver's proof of absence: quiescence, and three answers from then on. */
const TOO_LATE_MS = [18_000, 40_000] as const;
/** How long nothing is told of an order that was refused and stands. */
const UNTOLD_MS = 1_500;
/** How long the queue takes nothing. */
const WAITING_MS = 1_500;
/** Until the exchange says what became of it. */
const STORY_MS = [3_000, 9_000] as const;

const part = (roll: number, of: number): number => (roll * of) % 1;
const within = ([from, to]: readonly [number, number], share: number): number =>
  Math.round(from + (to - from) * share);
const endOf = (roll: number): ClaimedEnd => (part(roll, 7) < 0.6 ? 'canceled' : 'expired');

/** On the next request to place, or for some rolls something else. */
function placing(
  [words, weight]: readonly [string, number],
  effect: Parameters<typeof onRequest>[2],
  instead: (host: FaultHost, fault: FaultShape) => FaultKind | undefined = () => undefined,
): FaultKind {
  const usual = onRequest(words, ['place'], effect);
  return {
    ...usual,
    weight,
    begin: (host, fault) => {
      (instead(host, fault) ?? usual).begin(host, fault);
    },
  };
}

export const CONTRADICTIONS = {
  R18: placing(
    ['the exchange ends an order by itself', 5],
    ({ roll }, { exchange }, id) => {
      const after = (): void => {
        if (part(roll, 5) < 0.3) exchange.fillByHand(id, 0.5);
        exchange.endByItself(id, endOf(roll));
      };
      // Its answer says so already; or there is none, and nobody tells.
      if (roll < 0.35)
        return {
          after,
          turn: (answer) => (isOpenOrder(answer) ? (exchange.answerAbout(id) ?? answer) : answer),
        };
      return {
        before: () => {
          exchange.claims.mute(id, 2_500);
        },
        after,
        reply: 'reset',
      };
    },
    (_, { roll }) => (roll < 0.7 ? undefined : END_RESTING),
  ),
  R19: onRequest('a cancel is refused by name', ['cancel'], ({ roll }, { exchange }, id) => ({
    before: () => {
      if (roll < 0.6) exchange.fillByHand(id, 0.5);
    },
    instead: refusal(-2011, 'Order was not canceled due to cancel restrictions.'),
  })),
  L1: placing(['an order refused by name stands after all', 7], ({ roll }, host, id) => {
    const { exchange } = host;
    exchange.claims.mute(id, UNTOLD_MS);
    const refused = refusal(-2010, 'Account has insufficient balance for requested action.');
    if (roll < 0.2) return ghost(host, id, refused);
    return {
      turn: (answer) => {
        if (!isOpenOrder(answer)) return answer;
        exchange.claims.lies.add(id);
        goOn(host, id, part(roll, 4));
        return refused;
      },
    };
  }),
  L2: placing(
    ['a request is taken after its lifetime', 10],
    ({ roll }, host, id) =>
      late(host, id, roll, () => {
        turnOut(host.exchange, id, roll);
      }),
    (_, { roll }) => (part(roll, 17) < 0.7 ? undefined : LATE_GRID),
  ),
  L3: atOnce(
    'an order said to have ended trades once more',
    (host, { roll, forMs }) => {
      const { exchange } = host;
      const id = restingOf(host, roll);
      const order = id === undefined ? undefined : exchange.standing(id);
      if (id === undefined || !order) return;
      exchange.claims.lies.add(id);
      exchange.claims.end(order, part(roll, 7) < 0.5 ? 'canceled' : 'expired');
      exchange.tell(id);
      host.until(forMs, () => {
        exchange.fillByHand(id, part(roll, 3) < 0.7 ? 1 : 0.5);
        // Where nobody came to trade, it was true after all.
        exchange.later(1, () => {
          exchange.endByItself(id, 'canceled');
        });
      });
    },
    4,
  ),
  L4: placing(
    ['an order that was acknowledged is refused afterwards', 5],
    ({ roll }, { exchange }, id) => {
      const refuse = (): void => {
        exchange.endByItself(id, 'rejected');
      };
      if (roll < 0.4)
        return {
          after: () => {
            exchange.later(20 + part(roll, 9) * 1_500, refuse);
          },
        };
      return {
        before: () => {
          exchange.claims.mute(id, 2_500);
        },
        after: refuse,
        reply: 'reset',
      };
    },
    (_, { roll }) => (roll < 0.7 ? undefined : REFUSED_AT_CANCEL),
  ),
  L5: atOnce(
    'an order is forgotten that has ended',
    (host, { roll }) => {
      const { exchange } = host;
      const id = restingOf(host, roll);
      // What has traded is kept.
      if (id === undefined || exchange.standing(id)?.filledLots !== 0) return;
      exchange.claims.hide(id, Infinity);
      exchange.endByItself(id, 'canceled');
    },
    2,
  ),
  L6: {
    words: 'an order that was never sent is told of',
    weight: 5,
    begin: (host, fault) => {
      host.whenPlanned((order) => {
        if (host.isHealing) return true;
        if (order.purpose !== 'entry' || order.type === 'market') return false;
        neverSent(host, order, fault);
        return true;
      });
    },
  },
} satisfies Record<string, FaultKind>;

/** The order waits for its queue until it breaks a rule of its market, or is not wanted any more; then the stream tells of it. */
function neverSent(host: FaultHost, order: ApprovedOrder, { id, roll }: FaultShape): void {
  const { queue, exchange, process } = host;
  const session = process?.trader.parts?.session;
  queue.weather.isDown = true;
  host.until(WAITING_MS, () => {
    queue.weather.isDown = false;
  });
  if (roll < 0.6) {
    const { id: market, minNotional } = exchange.market(order.symbol).instrument;
    exchange.engine.replaceInstrument(market, { minNotional: minNotional * 20n });
    host.until(2 * WAITING_MS, () => {
      exchange.engine.replaceInstrument(market, { minNotional });
    });
    process?.trader.parts?.rules.read().catch(() => undefined);
  } else host.scheduler.after(1, () => session?.control({ action: 'cancelAll', reason: 'L6' }));
  const look = (times: number): void => {
    const state = session?.order(order.intentId)?.state;
    if (times === 0 || host.isHealing || session?.stopped !== false) return;
    if (state !== 'DENIED' && state !== 'EXPIRED') {
      host.scheduler.after(500, () => {
        look(times - 1);
      });
      return;
    }
    if (exchange.placed.has(order.clientOrderId)) return;
    host.occurred(id);
    exchange.claims.lies.add(order.clientOrderId);
    exchange.tellOfGhost(order.clientOrderId, order.symbol);
  };
  look(20);
}

/** An order of the grid, which does not cancel what it has not heard of: the first that is heard of it is that half has traded, or its end. */
const LATE_GRID: FaultKind = {
  words: '',
  weight: 0,
  begin: (host, fault) => {
    host.whenPlanned(({ strategyId, type, clientOrderId }) => {
      if (host.isHealing) return true;
      if (!strategyId.startsWith('grid') || type === 'market') return false;
      const { exchange } = host;
      host.network.rules.push({
        kinds: ['place'],
        subject: clientOrderId,
        times: 1,
        effect: () =>
          late(host, clientOrderId, fault.roll, () => {
            if (part(fault.roll, 29) < 0.6) exchange.fillByHand(clientOrderId, 0.5);
            else exchange.endByItself(clientOrderId, 'expired');
          }),
        met: () => {
          host.occurred(fault.id);
        },
      });
      return true;
    });
  },
};

/** Trades half of a resting order, and ends the rest. */
const END_RESTING = atOnce('', (host, { roll }) => {
  const { exchange } = host;
  const id = restingOf(host, roll);
  if (id === undefined) return;
  exchange.fillByHand(id, 0.5);
  exchange.later(500, () => {
    exchange.endByItself(id, endOf(roll));
  });
});

const REFUSED_AT_CANCEL = onRequest('', ['cancel'], (_, { exchange }, id) => ({
  before: () => {
    exchange.endByItself(id, 'rejected');
  },
}));

/** A request that is given up, proved absent and taken after all. @param then what comes of the order, mostly before it is told of */
function late({ exchange }: FaultHost, id: string, roll: number, then: () => void): Effect {
  const isSilent = part(roll, 3) < 0.6;
  return {
    request: within(TOO_LATE_MS, roll),
    isGivenUp: true,
    before: () => {
      exchange.takesLate = true;
      exchange.claims.lies.add(id);
      if (isSilent) exchange.claims.mute(id, 1);
    },
    after: () => {
      exchange.takesLate = false;
      if (isSilent) exchange.later(1, then);
    },
  };
}

/** Refused in truth, but the stream tells of an order that nobody knows afterwards. */
function ghost(host: FaultHost, id: string, refused: Answer): Effect {
  const { exchange } = host;
  const isOurs = ({ intent }: OrderRecord): boolean => intent.clientOrderId === id;
  const live = (): OrderRecord | undefined =>
    host.process?.trader.parts?.session.liveOrders().find(isOurs);
  const symbol = live()?.intent.symbol;
  exchange.claims.hide(id, UNTOLD_MS);
  return {
    instead: refused,
    after: () => {
      exchange.later(UNTOLD_MS, () => {
        // Where the refusal was lost it is not said: an order that was told of and is nowhere could never be known to have ended.
        if (symbol && !live()) exchange.tellOfGhost(id, symbol);
      });
    },
  };
}

/** An order that was refused and stands is told of; then it stays, trades, or ends. */
function goOn({ exchange }: FaultHost, id: string, share: number): void {
  exchange.later(UNTOLD_MS, () => {
    exchange.tell(id);
  });
  exchange.later(within(STORY_MS, share), () => {
    if (share < 0.3) exchange.fillByHand(id, share < 0.2 ? 1 : 0.5);
    else if (share < 0.5) exchange.endByItself(id, 'expired');
    else if (share < 0.7) exchange.endByItself(id, 'rejected');
  });
}

/** The first that is heard of an order is not that it is open. */
function turnOut(exchange: SimExchange, id: string, roll: number): void {
  if (part(roll, 5) < 0.7) exchange.fillByHand(id, part(roll, 11) < 0.7 ? 0.5 : 1);
  else exchange.endByItself(id, endOf(roll));
}

/** A resting order of ours that is no stop and no leg of a pair; mostly one that has not traded. */
function restingOf({ exchange }: FaultHost, roll: number): string | undefined {
  const resting = [...exchange.account.open.values()].filter(
    ({ clientOrderId, listId, isTriggered }) =>
      listId === 0 && isTriggered && !isByHand(clientOrderId),
  );
  return resting.length === 0 ? undefined : pick(resting, part(roll, 13)).clientOrderId;
}
