import { EXCHANGES } from '../../core/domain/exchanges.ts';
import type { ExchangeGateway, RequestTiming } from '../../ports/exchangeGateway.ts';
import { describe } from './errors.ts';
import { readInstruments } from './markets.ts';
import { Placing } from './placing.ts';
import { Queries } from './queries.ts';
import type { ExchangeQuirks } from './quirks/quirks.ts';
import { supportedExchanges } from './quirks/registry.ts';
import { SendGate } from './sendGate.ts';
import { measureOffset } from './serverClock.ts';
import { Session } from './session.ts';
import type { Supervisor } from './supervisor.ts';
import type { CcxtOptions } from './types.ts';
import { openGenericUserStream } from './genericUserStream.ts';
import { openUserStream } from './userStream.ts';

/** Clocks drift: measured again this often while the private stream is open. */
const OFFSET_INTERVAL_MS = 600_000;

/** What of an exchange is known without an account. */
export type PublicExchange = Pick<ExchangeGateway, 'instruments' | 'clockOffsetMs' | 'close'>;

/** Trading rules, fees by the exchange's list, and its clock, of any ccxt.pro exchange; needs no key. */
export function createCcxtPublicExchange(
  options: Omit<CcxtOptions, 'credentials'>,
): PublicExchange {
  const session = new Session(options);
  return {
    instruments: (symbols) => readInstruments(session, 'queries', symbols),
    clockOffsetMs: () => measureOffset(session),
    close: () => session.close(),
  };
}

/**
 * One account at a supported exchange.
 * @throws Error `EXCHANGE_UNSUPPORTED` naming those that are supported · `CREDENTIALS_MISSING`
 */
export function createCcxtGateway(options: CcxtOptions): ExchangeGateway {
  const gate = new SendGate(options.clock);
  const session = new Session(options, gate);
  const quirks = tradable(session);
  const { clock, logger } = options;
  let isMeasuring = false;
  const remeasure = (): void => {
    if (isMeasuring) return;
    isMeasuring = true;
    measureOffset(session)
      .then(
        (offsetMs) => logger.info({ offsetMs }, "measured the exchange's clock"),
        (error: unknown) =>
          logger.warn(
            { error: describe(error, session.secrets) },
            "could not measure the exchange's clock",
          ),
      )
      .finally(() => {
        isMeasuring = false;
      });
  };
  const placing = new Placing({
    session,
    rules: quirks.rules,
    quirks: quirks.orders,
    gate,
    onClockRefused: remeasure,
  });
  const queries = new Queries(session, quirks, remeasure);
  let stream: Supervisor | undefined;
  let stopMeasuring: () => void = () => undefined;

  return {
    timing: timingOf(quirks),
    instruments: (symbols) => readInstruments(session, 'queries', symbols),
    place: (order, look) => placing.place(order, look),
    placePair: (pair, look) => placing.placePair(pair, look),
    cancel: (ref, look) => placing.cancel(ref, look),
    lookup: (ref) => queries.lookup(ref),
    openOrders: (symbols) => queries.openOrders(symbols),
    fills: (symbol, since) => queries.fills(symbol, since),
    balances: () => queries.balances(),
    clockOffsetMs: () => measureOffset(session),
    permissions: () => queries.permissions(),
    traffic: () => session.traffic.reading(),

    async open(sink) {
      if (stream !== undefined)
        throw new Error('GATEWAY_OPEN: the private stream is open already; close it first.');
      // Both lanes are made now: the first order must not wait for a list of markets.
      await session.lane('orders');
      await measureOffset(session);
      stream = userStreamOf(quirks)({ session, quirks, sink, onClockRefused: remeasure });
      stopMeasuring = clock.every(OFFSET_INTERVAL_MS, remeasure);
    },

    async close() {
      stopMeasuring();
      await Promise.all([stream?.close(), session.close()]);
    },
  };
}

/** From the frames where we can read them, else through ccxt's watch calls. */
function userStreamOf({ userFrames }: ExchangeQuirks): typeof openGenericUserStream {
  if (userFrames === undefined) return openGenericUserStream;
  return (options) => openUserStream({ ...options, userFrames });
}

function timingOf({ rules }: ExchangeQuirks): RequestTiming {
  return { lifetimeMs: rules.requestLifetimeMs, readLagMs: rules.readLagMs };
}

function tradable({ options, quirks }: Session): ExchangeQuirks {
  if (quirks === undefined) {
    throw new Error(
      `EXCHANGE_UNSUPPORTED: orders cannot be sent to "${options.exchangeId}". Supported for trading: ${supportedExchanges().join(', ')}.`,
    );
  }
  const { exchange, unverified } = quirks.rules;
  if (!EXCHANGES[exchange].proven) {
    options.logger.warn(
      { exchange, unverified },
      'this exchange is unproven: its rules are from its documentation, tried against recorded answers alone; begin with small orders',
    );
  }
  if (options.credentials === undefined) {
    throw new Error(
      `CREDENTIALS_MISSING: trading at ${options.exchangeId} needs an API key and its secret.`,
    );
  }
  return quirks;
}
