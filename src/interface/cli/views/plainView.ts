/** Without a terminal: one line on stdout per fill and per change of state. */
import type { Bot } from '../../app.ts';
import type { Io } from '../io.ts';
import { painter } from '../render/colour.ts';
import { fillLine } from '../render/fillText.ts';
import { printable } from '../render/text.ts';
import { utc } from '../render/values.ts';
import { quietView } from './quietView.ts';
import type { View } from './view.ts';

/** How often the state is looked at. */
const STATE_INTERVAL_MS = 1_000;

const PLAIN = painter(false);

export function plainView(io: Io): View {
  let bot: Bot | undefined;
  let shown = '';
  const state = (name: string, reason: string): void => {
    const text = reason === '' ? name : `${name}: ${printable(reason)}`;
    if (text === shown) return;
    shown = text;
    io.out(`${utc(Date.now())}  ${text}\n`);
  };
  const look = async (): Promise<void> => {
    const status = await bot?.status().catch(() => undefined);
    if (status) state(status.state, status.state_reason);
  };
  const timer = setInterval(() => void look(), STATE_INTERVAL_MS);
  return {
    ...quietView(io),
    bot: (opened) => {
      bot = opened;
      opened.onStep(({ fills }) => {
        for (const fill of fills) io.out(`${fillLine(fill, PLAIN)}\n`);
      });
    },
    ready: () => void look(),
    stopping: (reason) => {
      state('stopping', reason);
    },
    close: async () => {
      clearInterval(timer);
      if (bot) state('stopped', '');
    },
  };
}
