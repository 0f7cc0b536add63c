/** For `--json`: nothing on stdout, a few words on stderr. */
import type { Io } from '../io.ts';
import type { View } from './view.ts';

export function quietView(io: Io): View {
  const say = (text: string): void => {
    io.err(`${text}\n`);
  };
  return {
    progress: (text) => {
      say(`${text} …`);
    },
    waiting: (words) => {
      if (words !== '') say(words);
    },
    bot: () => undefined,
    ready: (config) => {
      say(`running: process ${process.pid}, ${config.mode} mode; log in ${config.logFile}`);
    },
    stopping: (reason) => {
      say(`stopping: ${reason}`);
    },
    say: (level, text) => {
      if (level !== 'info') say(text);
    },
    close: async () => undefined,
  };
}
