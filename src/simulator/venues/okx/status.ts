/** `system/status`: whether the exchange is being worked on. */
import type { Json } from '../shared/json.ts';
import type { OkxContext } from './context.ts';
import { timeText } from './text.ts';

/** The maintenance going on; empty when there is none. */
export function systemStatus({ conditions, wallNowMs }: OkxContext): Json {
  if (!conditions.maintenance) return [];
  const now = timeText(wallNowMs());
  return [
    {
      begin: now,
      end: '',
      env: '1',
      href: '',
      maintType: '2',
      preOpenBegin: '',
      scheDesc: '',
      serviceType: '5',
      state: 'ongoing',
      system: 'unified',
      title: 'Trading system maintenance',
      ts: now,
    },
  ];
}
