/** A certificate that signs itself, made anew for a test: version 1, so that it has a name, a key and a time and nothing else. */
import { generateKeyPairSync, sign } from 'node:crypto';

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OBJECT_ID = 0x06;
const UTF8 = 0x0c;
const TIME = 0x17;
/** ecdsa-with-SHA256 and commonName. */
const SIGNATURE = der(SEQUENCE, der(OBJECT_ID, Buffer.from('2a8648ce3d040302', 'hex')));
const COMMON_NAME = der(OBJECT_ID, Buffer.from('550403', 'hex'));
/** YYMMDDhhmmssZ. */
const VALID = der(
  SEQUENCE,
  der(TIME, Buffer.from('240101000000Z')),
  der(TIME, Buffer.from('490101000000Z')),
);

export function selfSigned(name: string): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const subject = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8, Buffer.from(name)))));
  const body = der(
    SEQUENCE,
    der(INTEGER, Buffer.from([1])),
    SIGNATURE,
    subject,
    VALID,
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const seal = der(BIT_STRING, Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]));
  const text = der(SEQUENCE, body, SIGNATURE, seal).toString('base64');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${text.replace(/.{64}/gu, '$&\n')}\n-----END CERTIFICATE-----\n`,
  };
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const bytes = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...bytes]), content]);
}
