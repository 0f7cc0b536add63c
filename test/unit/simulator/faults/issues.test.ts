/** What is wrong with a document is told in one voice: where, what was expected, what was there instead. */
import { describe, expect, it } from '@jest/globals';
import { rulesSchema } from '../../../../src/simulator/controlSchema.ts';
import { conditionsSchema } from '../../../../src/simulator/faults/conditionsSchema.ts';
import { issueText, readDocument } from '../../../../src/simulator/faults/issues.ts';
import { ruleSchema } from '../../../../src/simulator/faults/ruleSchema.ts';

function issuesOf(schema: Parameters<typeof readDocument>[0], document: unknown): string[] {
  const reading = readDocument(schema, document);
  return reading.ok ? [] : reading.issues.map(issueText);
}

const HANG = { type: 'hang' };

describe('a rule', () => {
  it.each([
    [{ times: 0 }, 'times: expected a whole number from 1 to 1000000, got 0'],
    [{ times: 1.5 }, 'times: expected a whole number from 1 to 1000000, got 1.5'],
    [{ times: 1e99 }, 'times: expected a whole number from 1 to 1000000, got 1e+99'],
    [{ probability: 2 }, 'probability: expected a number above 0, at most 1, got 2'],
    [{ probability: 'yes' }, 'probability: expected a number above 0, at most 1, got "yes"'],
    [{ match: [] }, 'match: expected an object, got a list'],
    [{ match: { path: '' } }, 'match.path: expected a text of 1 to 256 characters, got ""'],
    [{ phase: 'after' }, 'phase: expected before, after-accept, got "after"'],
    [{ id: 'a b' }, 'id: expected up to 64 letters, digits, `.`, `_` and `-`'],
    [{ action: 'hang' }, 'action: expected an object, got "hang"'],
    [{ action: undefined }, 'action: expected an object, got nothing'],
    [{ action: { type: 5 } }, 'action.type: expected reply, '],
    [
      { action: { type: 'delay' } },
      'action.ms: expected a whole number from 0 to 600000, got nothing',
    ],
    [
      { action: { type: 'reply', status: 200, body: 5 } },
      'action.body: expected a text of at most 1048576 characters or an object or a list, got 5',
    ],
    [
      { action: { type: 'reply', status: 200, headers: { 'x y': '1' } } },
      'action.headers."x y": expected a header name of up to 64 letters, digits and `-`',
    ],
    [
      { action: { type: 'close', reason: 5 } },
      'action.reason: expected a text of at most 100 characters, got 5',
    ],
    [
      { action: { type: 'close', reason: 'é'.repeat(62) } },
      'action.reason: expected at most 123 bytes of UTF-8',
    ],
    [
      { action: { type: 'reply', status: 200, headers: { 'Content-Length': '3' } } },
      'action.headers.Content-Length: the header follows from the body; ',
    ],
    [{ action: { type: 'stall', pong: 1 } }, 'action.pong: expected true or false, got 1'],
  ])('%j', (over, text) => {
    const issues = issuesOf(ruleSchema, { action: HANG, ...over });
    expect(issues).toHaveLength(1);
    expect(issues[0]?.slice(0, text.length)).toBe(text);
  });

  it('that is fine has no issues', () => {
    expect(issuesOf(ruleSchema, { action: HANG })).toEqual([]);
  });
});

describe('other documents', () => {
  it('are told of in the same voice', () => {
    expect(issuesOf(rulesSchema, {})).toEqual([
      'the document: expected a list of at most 1000 entries, got an object',
    ]);
    const tooMuch = { latency: { ingress: { medianMs: -1 } }, maintenance: 1, bans: { '': 3 } };
    expect(issuesOf(conditionsSchema, tooMuch)).toEqual([
      'maintenance: expected true or false, got 1',
      'latency.ingress.medianMs: expected a number from 0 to 60000, got -1',
      'bans."": expected a text of 1 to 64 characters, got ""',
    ]);
    expect(issuesOf(conditionsSchema, { latency: 5, weightLimitPerMinute: 0 })).toEqual([
      'weightLimitPerMinute: expected a whole number from 1 to 1000000 or null, got 0',
      'latency: expected none, lan, home, slow or an object, got 5',
    ]);
  });
});

describe('a name that JavaScript would take for an ancestor', () => {
  it('is refused wherever it stands, instead of being left out', () => {
    const hidden: unknown = JSON.parse('{"symbols":{"__proto__":{"halted":true}}}');
    expect(issuesOf(conditionsSchema, hidden)).toEqual([
      'symbols.__proto__: __proto__ cannot be a name',
    ]);
    const deep: unknown = JSON.parse('[{"action":{"type":"hang","__proto__":1}}]');
    expect(issuesOf(rulesSchema, deep)).toEqual([
      '[0].action.__proto__: __proto__ cannot be a name',
    ]);
  });
});
