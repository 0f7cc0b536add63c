/** What the benchmark of the simulated exchange's wire and its children say to each other. */
import type { SimulatorUrls } from '../../src/simulator/server.ts';

export const KEY = { apiKey: 'bench-key', secret: 'bench-secret' } as const;

export interface VenueRequest {
  /** Made-up prints per wall second; 0: none. */
  readonly tradesPerSecond: number;
}

export interface VenueReady {
  readonly urls: SimulatorUrls;
  readonly cpuMs: number;
}

export type ClientRequest = { readonly urls: SimulatorUrls } & (
  | { readonly kind: 'orders'; readonly orders: number; readonly atOnce: number }
  | { readonly kind: 'trades'; readonly seconds: number }
);

export interface ClientFigures {
  /** Orders answered, or trades received. */
  readonly count: number;
  readonly wallMs: number;
  /** Processor time of the client meanwhile. */
  readonly cpuMs: number;
}
