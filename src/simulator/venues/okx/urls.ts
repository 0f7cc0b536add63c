/** Where an OKX venue on a loopback port is found. */

/** Addresses in the shape that `exchange.urls.api` of ccxt's okx takes. */
export interface OkxUrls {
  readonly rest: string;
  readonly ws: string;
}

/** The addresses of a server on a port. */
export function okxUrls(port: number): OkxUrls {
  const host = `127.0.0.1:${String(port)}`;
  return { rest: `http://${host}`, ws: `ws://${host}/ws/v5` };
}
