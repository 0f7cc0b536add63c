/** The line between a detached daemon and the command that started it, until the daemon is ready. */
import { fieldsOf, textField } from '../fields.ts';

/** From the daemon. */
export type ChildMessage =
  | { readonly kind: 'progress'; readonly text: string }
  /** What the start waits for, in words; empty when that is over. */
  | { readonly kind: 'waiting'; readonly text: string }
  | { readonly kind: 'ready'; readonly pid: number }
  /** It was told to stop before it was ready, and did. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly exitCode: number; readonly text: string };

/** To the daemon: begin. `armedHash`: the configuration whose arming words were typed at the starting command's terminal, or empty. */
export interface BeginMessage {
  readonly kind: 'begin';
  readonly armedHash: string;
}

export interface ParentLink {
  /** Hash of the configuration that was armed; empty when none was. */
  readonly armedHash: string;
  send(message: ChildMessage): void;
  /** Lets the starting command go. */
  close(): void;
}

const BEGIN_MS_MAX = 10_000;

/** @throws Error `START_FAILED` in a process that was not started by `plimsoll start`. */
export async function openParentLink(): Promise<ParentLink> {
  if (!process.send) throw new Error('START_FAILED: --detached is for `plimsoll start` itself');
  const { armedHash } = await begin();
  return {
    armedHash,
    send: (message) => {
      if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
    },
    close: () => {
      if (process.connected) process.disconnect();
    },
  };
}

function begin(): Promise<BeginMessage> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error('START_FAILED: the starting command went away'));
    }, BEGIN_MS_MAX);
    process.once('message', (message) => {
      clearTimeout(timer);
      resolve({ kind: 'begin', armedHash: textField(fieldsOf(message), 'armedHash') });
    });
  });
}

/** Undefined for anything that is not one of ours. */
export function parseChildMessage(message: unknown): ChildMessage | undefined {
  const fields = fieldsOf(message);
  const text = textField(fields, 'text');
  switch (fields?.['kind']) {
    case 'progress':
      return { kind: 'progress', text };
    case 'waiting':
      return { kind: 'waiting', text };
    case 'stopped':
      return { kind: 'stopped' };
    case 'ready':
      return { kind: 'ready', pid: Number(fields['pid']) };
    case 'failed':
      return { kind: 'failed', exitCode: Number(fields['exitCode']), text };
    default:
      return undefined;
  }
}
