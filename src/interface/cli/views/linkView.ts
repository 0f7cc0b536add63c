/** For a detached daemon: the starting command learns how it goes until it is ready; then there is only the log. */
import type { ParentLink } from '../../daemon/parentLink.ts';
import type { Io } from '../io.ts';
import type { View } from './view.ts';

export function linkView(io: Io, link: ParentLink): View {
  return {
    progress: (text) => {
      link.send({ kind: 'progress', text });
    },
    waiting: (text) => {
      link.send({ kind: 'waiting', text });
    },
    bot: () => undefined,
    ready: () => {
      link.send({ kind: 'ready', pid: process.pid });
      link.close();
    },
    stopping: () => undefined,
    say: (level, text) => {
      if (level !== 'info') io.err(`${text}\n`);
    },
    close: async () => undefined,
  };
}
