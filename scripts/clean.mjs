// `npm run clean`: removes what the toolchain made. Never touches data/ (the trading journal).
import { rmSync } from 'node:fs';

for (const made of ['dist', 'coverage', 'node_modules/.cache']) {
  rmSync(new URL(`../${made}`, import.meta.url), { recursive: true, force: true });
}
