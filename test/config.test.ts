import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { ModelwrightError } from '../src/errors/errors.ts';

const KEYS = { AWS_ACCESS_KEY_ID: 'an-id', AWS_SECRET_ACCESS_KEY: 'a-secret' };

const s3Of = (text: string, keys: Record<string, string> = KEYS) =>
  readConfig({ MODELWRIGHT_ARTIFACTS_S3: text, ...keys }).artifactsS3;

function refusalOf(environment: Record<string, string>): ModelwrightError {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ModelwrightError) return error;
    throw error;
  }
  return expect.fail('it was accepted');
}

describe('the place of artifacts', () => {
  it('is a folder unless a bucket is named', () => {
    expect(readConfig({}).artifactsS3).toBeNull();
    expect(readConfig({ MODELWRIGHT_ARTIFACTS_S3: ' ' }).artifactsS3).toBeNull();
  });

  it('is a bucket, with a prefix that ends in one slash', () => {
    expect(s3Of('s3://bucket')).toEqual({
      ...{ bucket: 'bucket', prefix: '', endpoint: null, region: 'us-east-1' },
      credentials: { accessKeyId: 'an-id', secretAccessKey: 'a-secret' },
    });
    expect(s3Of('s3://bucket/')?.prefix).toBe('');
    expect(s3Of('s3://bucket/team/models//')?.prefix).toBe('team/models/');
  });

  it('may be another server than Amazon’s, in any region, with a session', () => {
    expect(
      s3Of('s3://bucket?endpoint=http://127.0.0.1:9000&region=eu-north-1', {
        ...KEYS,
        AWS_SESSION_TOKEN: 't',
      }),
    ).toMatchObject({
      ...{ endpoint: 'http://127.0.0.1:9000', region: 'eu-north-1' },
      credentials: { sessionToken: 't' },
    });
  });

  it.each([
    ['https://bucket'],
    ['bucket/prefix'],
    ['s3://id:secret@bucket'],
    ['s3://UPPER_case'],
    ['s3://ab'],
    ['s3://bucket/a prefix'],
    ['s3://bucket?acl=public'],
    ['s3://bucket?endpoint=127.0.0.1:9000'],
    ['s3://bucket?endpoint=http://id:secret@host'],
  ])('is refused as %s', (text) => {
    const refusal = refusalOf({ MODELWRIGHT_ARTIFACTS_S3: text, ...KEYS });
    expect(refusal.code).toBe('CONFIG_INVALID');
    expect(refusal.message).toContain('MODELWRIGHT_ARTIFACTS_S3');
    expect(refusal.message + refusal.person).not.toMatch(/a-secret|:secret/);
  });

  it.each(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const)('is refused without %s', (name) => {
    const { [name]: _, ...others } = KEYS;
    expect(refusalOf({ MODELWRIGHT_ARTIFACTS_S3: 's3://bucket', ...others }).message).toContain(name);
  });
});

describe('a configuration', () => {
  it('is refused by the name of what is wrong, and cannot be changed', () => {
    expect(refusalOf({ MODELWRIGHT_THREADS: 'many' }).message).toContain('MODELWRIGHT_THREADS');
    expect(refusalOf({ SLACK_APP_TOKEN: 'xapp' }).message).toContain('SLACK_BOT_TOKEN');
    expect(Object.isFrozen(readConfig({}))).toBe(true);
  });
});

describe('the price of a core-hour', () => {
  it('is none unless it is set, and has a currency', () => {
    expect(readConfig({}).price).toBeNull();
    expect(readConfig({ MODELWRIGHT_CORE_HOUR_PRICE: ' ' }).price).toBeNull();
    expect(readConfig({ MODELWRIGHT_CORE_HOUR_PRICE: '0.05' }).price).toEqual({
      perCoreHour: 0.05,
      currency: 'USD',
    });
    const euros = { MODELWRIGHT_CORE_HOUR_PRICE: '0.05', MODELWRIGHT_CURRENCY: 'EUR' };
    expect(readConfig(euros).price).toEqual({ perCoreHour: 0.05, currency: 'EUR' });
  });

  it.each(['free', '0', '-1'])('is refused where it is %s', (price) => {
    expect(() => readConfig({ MODELWRIGHT_CORE_HOUR_PRICE: price })).toThrow(/MODELWRIGHT_CORE_HOUR_PRICE/);
  });
});
