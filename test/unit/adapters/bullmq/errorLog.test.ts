import { beforeEach, describe, expect, it } from '@jest/globals';
import { ErrorLog } from '../../../../src/adapters/bullmq/errorLog.ts';
import { linesLogger } from '../../../builders/orderQueues.ts';

describe('the error log', () => {
  let nowMs: number;
  let logger: ReturnType<typeof linesLogger>;
  let log: ErrorLog;

  beforeEach(() => {
    nowMs = 1_000;
    logger = linesLogger();
    log = new ErrorLog(
      logger,
      (text) => text.replaceAll('secret', '***'),
      () => nowMs,
    );
  });

  it('writes an error that repeats once, and again after 30 s', () => {
    for (const afterMs of [0, 500, 29_499]) {
      nowMs += afterMs;
      log.report('redis', 'refused');
    }
    expect(logger.lines).toHaveLength(1);
    nowMs += 1;
    log.report('redis', 'refused');
    expect(logger.lines).toHaveLength(2);
  });

  it('writes different errors, and redacts them', () => {
    log.report('redis', 'refused');
    log.report('redis', 'login with secret failed');
    expect(logger.lines.join('\n')).toContain('login with *** failed');
  });

  it('says that it is over once, and only if something was wrong', () => {
    log.recovered('back');
    expect(logger.lines).toEqual([]);
    log.report('redis', 'refused');
    log.recovered('back');
    log.recovered('back');
    expect(logger.lines.filter((line) => line.startsWith('info back'))).toHaveLength(1);
  });

  it('writes an error again that comes after recovery', () => {
    log.report('redis', 'refused');
    log.recovered('back');
    log.report('redis', 'refused');
    expect(logger.lines.filter((line) => line.includes('refused'))).toHaveLength(2);
  });

  it('remembers a bounded number of errors', () => {
    for (let at = 0; at < 17; at += 1) log.report('redis', `error ${at}`);
    log.report('redis', 'error 16');
    expect(logger.lines).toHaveLength(17);
    log.report('redis', 'error 0');
    expect(logger.lines).toHaveLength(18);
  });
});
