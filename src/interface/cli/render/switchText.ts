/** What a pause, or its end, has done. */
import type { SwitchResult } from '../../../runtime/operator.ts';

export function switchLine(isOn: boolean, result: SwitchResult): string {
  return isOn ? resumedLine(result) : pausedLine(result);
}

function resumedLine({ target, stillOff }: SwitchResult): string {
  const resumed = target === null ? 'resumed' : `${target} resumed`;
  return stillOff === '' ? resumed : `${resumed}, but nothing is entered yet: ${stillOff}`;
}

function pausedLine({ target, changed, openEntries }: SwitchResult): string {
  const of = target === null ? '' : ` ${target}`;
  const what = target === null ? 'paused' : `${target} paused`;
  const buys = openEntries === 1 ? '1 buy rests' : `${openEntries} buys rest`;
  const rest =
    openEntries === 0
      ? ''
      : `; ${buys} at the exchange and may still fill: \`plimsoll cancel ORDER\` takes one back`;
  return changed
    ? `${what}: no new entries until \`plimsoll resume${of}\`; what is held is guarded and sold as before${rest}`
    : `${what} already; nothing has changed`;
}
