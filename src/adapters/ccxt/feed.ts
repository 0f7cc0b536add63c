import type { MarketFeed } from '../../ports/marketFeed.ts';
import { openFastStreams } from './fastStreams.ts';
import type { Streams } from './fastStreams.ts';
import { openGenericStreams } from './genericStreams.ts';
import { History } from './history.ts';
import { Session } from './session.ts';
import type { CcxtOptions } from './types.ts';
import { watchSilence } from './watchdog.ts';

/**
 * Public market data through ccxt.pro: of a supported exchange straight from its frames, of every other one through
 * ccxt's watch calls. Needs no key and is never given one.
 */
export function createCcxtFeed(options: CcxtOptions): MarketFeed {
  const session = new Session(options);
  const history = new History(session);
  let streams: Streams | undefined;
  let stopWatching: () => void = () => undefined;

  return {
    history: (key, query) => history.bars(key, query),

    async open(subscription, sink) {
      if (streams !== undefined)
        throw new Error('FEED_OPEN: the feed is open already; close it first.');
      const fastPath = session.quirks?.fastPath;
      streams =
        fastPath === undefined
          ? openGenericStreams(session, subscription, sink)
          : openFastStreams(session, fastPath, subscription, sink);
      await streams.asked;
      stopWatching = watchSilence(() => session.builtLane('market'), options.clock);
    },

    async close() {
      stopWatching();
      await Promise.all([streams?.close(), session.close()]);
    },
  };
}
