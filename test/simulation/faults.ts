/**
 * The fault catalogue as data: each id with its words and its injector. A plan is a list of faults drawn from a seed; injectors
 * bend the network, the streams, the queue, the disk, the clock or the process, and say how to mend what they bent.
 */
import type { MarketEvent } from '../../src/ports/marketFeed.ts';
import type { Dice } from './dice.ts';
import { CLOCK } from './clockFaults.ts';
import { CONTRADICTIONS } from './contradictions.ts';
import { LAG_MS_MAX } from './exchange.ts';
import {
  atOnce,
  crash,
  EVERYTHING,
  forAWhile,
  html,
  isOpenOrder,
  onRequest,
  pick,
  queueFault,
  refusal,
  repeatedly,
  symbolOf,
  type FaultHost,
  type FaultKind,
  type FaultShape,
} from './faultKinds.ts';
import { SECRET } from './gateway.ts';
import { lateCopy, oldCopy } from './oldCopy.ts';
import { UNTIDY } from './untidyFaults.ts';

/** One fault of a plan. */
export interface Fault extends FaultShape {
  readonly id: FaultId;
}

const CHURN_EVERY_MS = 250;
const JUNK: readonly unknown[] = ['<html><body>502</body></html>', {}, '{"orderId":12', ''];
const GATEWAY_STATUS = [502, 503, 504, 524] as const;

const REST = {
  R1: onRequest('accepted, the reply is lost', ['place'], ({ roll }, { exchange }, id) => ({
    reply: 'reset',
    // Now and then nobody tells of it either, and it trades meanwhile.
    before: () => {
      if (roll > 0.5) exchange.claims.mute(id, 2_500);
    },
    after: () => {
      if (roll > 0.6) exchange.fillByHand(id, roll < 0.9 ? 0.5 : 1);
    },
  })),
  R2: onRequest('the request is lost', ['place'], () => ({ request: 'lost' })),
  R3: onRequest('the request is delivered late', ['place'], ({ roll }) => ({
    request: roll < 0.5 ? 500 + roll * 8_000 : 6_000 + roll * 6_000,
    isGivenUp: true,
  })),
  R4: onRequest('headers, then nothing', EVERYTHING, () => ({ reply: 'stall' })),
  R5: onRequest('reset in mid-body', EVERYTHING, () => ({ reply: 'reset' })),
  R6: onRequest('200 with junk', EVERYTHING, ({ roll }) => ({
    turn: () => ({ status: 200, body: pick(JUNK, roll) }),
  })),
  R7: onRequest('a gateway’s 5xx', EVERYTHING, ({ roll }) => {
    const answer = html(pick(GATEWAY_STATUS, roll));
    return roll * 10 - Math.floor(roll * 10) < 0.5 ? { instead: answer } : { turn: () => answer };
  }),
  R8: forAWhile('too many requests', ({ exchange }, { roll }) => {
    const body = { code: -1003, msg: 'Too many requests.' };
    const answer = { status: roll < 0.7 ? 429 : 418, body };
    exchange.outages.add(answer);
    return () => {
      exchange.outages.delete(answer);
    };
  }),
  R9: onRequest('a duplicate id is refused', ['place'], () => ({
    turn: (answer) => (isOpenOrder(answer) ? refusal(-2010, 'Duplicate order sent.') : answer),
  })),
  R10: onRequest('insufficient funds', ['place'], () => ({
    instead: refusal(-2010, 'Account has insufficient balance for requested action.'),
  })),
  R11: forAWhile('answers lag behind', ({ exchange }, { roll }) => {
    exchange.lagMs = Math.round(LAG_MS_MAX * (0.1 + 0.9 * roll));
    return () => {
      exchange.lagMs = 0;
    };
  }),
  R12: onRequest('the order is gone when the cancel comes', ['cancel'], (_, { exchange }, id) => ({
    before: () => {
      exchange.fillByHand(id);
    },
  })),
  R13: onRequest('a fill is told after the cancel', ['cancel'], ({ roll }, { exchange }) => ({
    before: () => {
      exchange.holdBackFill(500 + roll * (LAG_MS_MAX - 500));
    },
    // It was about this cancel, whatever became of it.
    after: () => {
      exchange.holdBackFill(0);
    },
  })),
  R14: forAWhile('the exchange raises its minimum', ({ exchange }, { roll }) => {
    const { id, minNotional } = pick(exchange.markets, roll).instrument;
    exchange.engine.replaceInstrument(id, { minNotional: minNotional * (roll < 0.5 ? 3n : 9n) });
    return () => {
      exchange.engine.replaceInstrument(id, { minNotional });
    };
  }),
  R15: {
    words: 'maintenance',
    weight: 2,
    begin: (host, fault) => {
      // At any moment, or while an order is being taken: then its answer is lost with all others.
      if (fault.roll < 0.5) beginMaintenance(host, fault);
      else
        host.network.rules.push({
          kinds: ['place'],
          times: 1,
          effect: () => ({
            after: () => {
              beginMaintenance(host, fault);
            },
          }),
          met: () => undefined,
        });
    },
  },
  R20: forAWhile('the rate budget is used up', ({ network }) => {
    network.isBudgetSpent = true;
    return () => {
      network.isBudgetSpent = false;
    };
  }),
  // Happens by itself, since the book is thin and pages are short: see Simulation.
  R16: { words: 'several fills in one millisecond, over pages', weight: 0, begin: () => undefined },
  // The account is opened so: see Simulation.
  R17: { words: 'fees in a third asset', weight: 2, begin: () => undefined },
} satisfies Record<string, FaultKind>;

const STREAMS = {
  W1: forAWhile('half-open connections', ({ feedWeather, streamWeather }) => {
    feedWeather.isHalfOpen = true;
    streamWeather.isSilent = true;
    return () => {
      feedWeather.isHalfOpen = false;
      streamWeather.isSilent = false;
    };
  }),
  W2: forAWhile('one symbol falls silent', (host, { roll }) => {
    const symbol = symbolOf(host, roll);
    host.feedWeather.silent.add(symbol);
    return () => {
      host.feedWeather.silent.delete(symbol);
    };
  }),
  W3: forAWhile('the private stream reconnects', privateStreamDown),
  W4: forAWhile('duplicate and reordered events', ({ streamWeather }) => {
    streamWeather.isShuffled = true;
    return () => {
      streamWeather.isShuffled = false;
    };
  }),
  W5: turning('a gap in the bars', (event) => (event.kind === 'candle' ? [] : [event])),
  W6: atOnce(
    'a burst of events',
    (host, { roll }) => {
      const { symbol, lastPrice } = pick(host.exchange.markets, roll);
      const count = roll > 0.97 ? 70_000 : 2_000;
      const at = host.exchange.marketMs();
      const side = roll < 0.5 ? 'buy' : 'sell';
      const trade = { kind: 'trade', at, symbol, price: lastPrice, amount: 1, side } as const;
      host.process?.feed.publish(
        symbol,
        Array.from({ length: count }, () => trade),
      );
    },
    1,
  ),
  W7: forAWhile('the private stream expired', privateStreamDown),
  W8: forAWhile(
    'subscriptions come and go',
    (host) =>
      repeatedly(
        host,
        () => CHURN_EVERY_MS,
        () => host.process?.feed.reconnect(),
      ),
    1,
  ),
} satisfies Record<string, FaultKind>;

const QUEUE = {
  Q1: queueFault('the queue cannot be reached', 'isDown'),
  Q2: queueFault('the queue dies in mid-job and delivers again', 'repeatsLater'),
  Q3: atOnce('the queue is wiped', ({ queue }) => {
    queue.wipe();
  }),
  Q4: queueFault('jobs are delivered twice', 'isDoubled'),
  Q5: {
    words: 'the event loop is blocked past the lock',
    weight: 2,
    begin: (host, fault) => {
      const { process, scheduler } = host;
      if (process) process.frozenUntil = Math.max(process.frozenUntil, scheduler.now + 1_500);
      QUEUE_REPEATS.begin(host, fault);
    },
  },
  Q6: queueFault('jobs stall and fail', 'failsJobs'),
  Q7: atOnce(
    'the queue would evict keys',
    (host) => {
      host.restart('process', () => {
        host.refuseBoot('policy');
      });
    },
    1,
  ),
  Q8: queueFault('jobs come out of order', 'isShuffled'),
  Q10: {
    words: 'a permit is eaten',
    weight: 3,
    begin: (host, { id }) => {
      host.whenPlanned((order) => {
        if (host.isHealing) return true;
        if (order.purpose !== 'entry') return false;
        const desk = host.process?.trader.parts?.desk;
        // Right after it was made.
        host.scheduler.after(0, () => {
          if (desk?.permits.take(order.intentId)) host.occurred(id);
        });
        return true;
      });
    },
  },
  Q11: {
    words: 'jobs of another life',
    weight: 3,
    begin: (host, { id, roll, forMs }) => {
      const again = (left: number): void => {
        if (bringBack(host, (roll * 97 * (left + 1)) % 1)) host.occurred(id);
        if (left > 0 && !host.isHealing)
          host.scheduler.after(Math.max(100, forMs / 5), () => {
            again(left - 1);
          });
      };
      again(5);
    },
  },
} satisfies Record<string, FaultKind>;

const QUEUE_REPEATS = queueFault('jobs are delivered again while they run', 'repeatsActive');

const DISK = {
  D1: forAWhile('the disk is full', ({ disk }) => {
    disk.setFull(true);
    return () => {
      disk.setFull(false);
    };
  }),
  D2: forAWhile('the journal is locked', ({ disk, scheduler }) => disk.lock(scheduler.now)),
  D3: oldCopy('a page is damaged', (host) => {
    host.disk.corrupt();
    host.refuseBoot('corrupt');
  }),
  D4: atOnce(
    'the power fails',
    (host) => {
      host.restart('power');
    },
    3,
  ),
  D5: forAWhile('a reader starves checkpoints', ({ disk }) => disk.read(), 1),
  D6: lateCopy('an old backup is put back'),
  D7: crash('a commit fails and stays', 'failed-commit'),
} satisfies Record<string, FaultKind>;

const PROCESS = {
  P1: crash('killed before the journal', 'before-commit'),
  P2: crash('killed after the journal, before the queue', 'after-commit'),
  P3: crash('killed before the bytes of an order', 'sending'),
  P4: crash('killed while an order is on its way', 'placing'),
  P5: crash('killed before the reply is on record', 'replied'),
  P6: crash('killed inside the fill’s transaction', 'in-commit'),
  P7: crash('killed during a cancel', 'cancelling'),
  P8: atOnce('killed during boot', (host) => {
    host.crashAt('booting', 'P8');
    host.restart('process');
  }),
  P9: atOnce('a second daemon', (host) => {
    host.secondDaemon();
  }),
  P10: atOnce('told to stop with open orders', (host, { roll }) => {
    host.terminate(roll);
  }),
} satisfies Record<string, FaultKind>;

const KEYS = {
  S1: forAWhile('the key is revoked or has other rights', (host, { roll }) => {
    host.exchange.key = pick(['revoked', 'read-only', 'may-withdraw'], roll);
    if (roll > 0.5) host.restart('process');
    return () => {
      host.exchange.key = 'good';
    };
  }),
  S2: atOnce(
    'started for another account',
    (host) => {
      host.restart('process', () => {
        host.refuseBoot('account');
      });
    },
    1,
  ),
  S3: atOnce(
    'reloaded with a bad configuration',
    (host, { roll }) => {
      host.reload(roll);
    },
    1,
  ),
  S4: onRequest('an error carries the signed address', EVERYTHING, () => ({
    reply: 'reset',
    words: `fetch failed: https://api.example/api/v3/order?symbol=BTCUSDT&signature=${SECRET}`,
  })),
} satisfies Record<string, FaultKind>;

const MARKET = {
  M1: turning('prices that are none', (event, { roll }) => [event, nonsense(event, roll)]),
  M2: atOnce('one print far off', (host, { roll }) => {
    const market = pick(host.exchange.markets, roll);
    const { symbol, lastPrice } = market;
    const price = lastPrice * (roll < 0.5 ? 0.1 : 1.9);
    const at = host.exchange.marketMs();
    const print = { kind: 'trade', at, symbol, price, amount: 1, side: 'sell' } as const;
    host.process?.feed.publish(symbol, [print]);
  }),
  M3: turning(
    'timestamps that stand still',
    (event) => [{ ...event, at: event.at - 3_600_000 }],
    false,
  ),
  M4: forAWhile('a market is halted or delisted', ({ exchange }, { roll }) => {
    const { id } = pick(exchange.markets, roll).instrument;
    const status = pick(['HALT', 'BREAK', 'DELISTED'] as const, (roll * 5) % 1);
    exchange.engine.setStatus(id, status, exchange.marketMs());
    return () => {
      exchange.engine.setStatus(id, 'TRADING', exchange.marketMs());
    };
  }),
} satisfies Record<string, FaultKind>;

export const FAULTS = {
  ...REST,
  ...CONTRADICTIONS,
  ...STREAMS,
  ...QUEUE,
  ...DISK,
  ...PROCESS,
  ...CLOCK,
  ...KEYS,
  ...MARKET,
  ...UNTIDY,
};

/** The same by groups: an id in two of them would hide one of its faults. */
export const FAULT_GROUPS: readonly Readonly<Record<string, FaultKind>>[] = [
  REST,
  CONTRADICTIONS,
  STREAMS,
  QUEUE,
  DISK,
  PROCESS,
  CLOCK,
  KEYS,
  MARKET,
  UNTIDY,
];

export type FaultId = keyof typeof FAULTS;

export const FAULT_IDS = Object.keys(FAULTS) as FaultId[];

export function isFaultId(text: string): text is FaultId {
  return Object.hasOwn(FAULTS, text);
}

/** Draws a plan: most runs have a handful of faults, some have dozens. */
export function drawPlan(dice: Dice, ids: readonly FaultId[], chaosMs: number): Fault[] {
  const total = ids.reduce((sum, id) => sum + FAULTS[id].weight, 0);
  if (total === 0) return [];
  const count = dice.chance(0.2) ? dice.between(12, 30) : dice.between(2, 10);
  const plan = Array.from({ length: count }, (): Fault => ({
    id: drawn(ids, dice.roll() * total),
    atMs: dice.between(1_000, chaosMs),
    forMs: drawDuration(dice),
    roll: dice.roll(),
  }));
  return plan.sort((a, b) => a.atMs - b.atMs);
}

/** Mostly short; now and then longer than look-ups have patience. */
function drawDuration(dice: Dice): number {
  const roll = dice.roll();
  if (roll < 0.75) return dice.between(300, 8_000);
  return roll < 0.95 ? dice.between(8_000, 25_000) : dice.between(40_000, 70_000);
}

function drawn(ids: readonly FaultId[], at: number): FaultId {
  let left = at;
  for (const id of ids) {
    left -= FAULTS[id].weight;
    if (left < 0) return id;
  }
  throw new Error('nothing was drawn');
}

/** A job of long ago comes again, and one that means an order of today by its intent id. @param share 0 … 1: which */
function bringBack({ queue, process }: FaultHost, share: number): boolean {
  const job = queue.past(share);
  if (!job) return false;
  const live = process?.trader.parts?.session.liveOrders() ?? [];
  const order = live[Math.floor(share * live.length)];
  queue.add({ ...job, kind: share < 0.5 ? 'cancel' : 'place' });
  // The sequence of an old journal comes to the same intent ids a second time.
  if (order) queue.add({ ...job, kind: 'cancel', intentId: order.intent.intentId });
  return true;
}

function beginMaintenance(host: FaultHost, { id, forMs }: FaultShape): void {
  const body = { code: -1016, msg: 'This service is no longer available.' };
  const answer = { status: 503, body };
  host.occurred(id);
  host.exchange.outages.add(answer);
  const streamUp = privateStreamDown(host);
  host.until(forMs, () => {
    host.exchange.outages.delete(answer);
    streamUp();
  });
}

function privateStreamDown(host: FaultHost): () => void {
  const { streamWeather } = host;
  streamWeather.downs += 1;
  host.process?.gateway.streamChanged(false, 'the stream ended');
  return () => {
    streamWeather.downs -= 1;
    if (streamWeather.downs === 0) host.process?.gateway.streamChanged(true, 'connected again');
  };
}

/** Turns every event of one symbol for a while. */
function turning(
  words: string,
  turn: (event: MarketEvent, fault: FaultShape) => readonly MarketEvent[],
  isSound = true,
): FaultKind {
  return forAWhile(words, (host, fault) => {
    const symbol = symbolOf(host, fault.roll);
    host.feedWeather.turns.set(symbol, { turn: (event) => turn(event, fault), isSound });
    return () => {
      host.feedWeather.turns.delete(symbol);
    };
  });
}

function nonsense(event: MarketEvent, roll: number): MarketEvent {
  const bad = pick([Number.NaN, 0, -1, Number.POSITIVE_INFINITY], roll);
  if (event.kind === 'trade') return { ...event, price: bad };
  if (event.kind === 'quote') return { ...event, bid: event.ask * 2, ask: event.bid };
  return { ...event, close: bad, low: bad };
}
