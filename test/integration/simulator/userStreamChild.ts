/** A program that watches its orders with a wrong secret and catches every error it can: see how it ends. */
import type { SimulatorUrls } from '../../../src/simulator/server.ts';
import { connectCcxt } from './ccxtClient.ts';
import { KEY } from './signedClient.ts';

const urls = JSON.parse(process.argv[2] ?? '') as SimulatorUrls;
const exchange = await connectCcxt(urls, { ...KEY, secret: 'wrong' });
await exchange.loadMarkets();
try {
  await exchange.watchOrders('BTC/USDT');
} catch (error) {
  console.log((error as Error).constructor.name);
}
// Only a crash ends this before.
setTimeout(() => process.exit(0), 5_000);
