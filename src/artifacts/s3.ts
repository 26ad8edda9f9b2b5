/** Artifacts in a bucket that speaks S3: each is an object of its name, behind a prefix. */
import { open } from 'node:fs/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { ModelwrightError } from '../errors/errors.ts';
import type { Artifacts } from '../thread/ports.ts';
import { type CacheOptions, openCache } from './cache.ts';
import { checkName, checkPrefix } from './names.ts';

export interface S3Location {
  readonly bucket: string;
  /** Of all objects; empty, or ending in a slash. */
  readonly prefix: string;
  /** Null for Amazon's own. */
  readonly endpoint: string | null;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** Files beyond this go in parts of this size, each of which is sent again by itself where the connection breaks. S3 takes
 *  10,000 parts: 320 GB. */
const PART_BYTES = 32 * 2 ** 20;

/** @throws ModelwrightError ARTIFACTS_UNREACHABLE where the bucket does not answer, or not to these credentials. */
export async function openS3Artifacts(location: S3Location, cacheOptions: CacheOptions): Promise<Artifacts> {
  const { bucket: Bucket, prefix, endpoint, region, credentials } = location;
  const client = new S3Client({
    region,
    credentials,
    // Buckets of other servers are found in the path, not in the host's name.
    ...(endpoint !== null && { endpoint, forcePathStyle: true }),
    maxAttempts: 5,
    // Not every server knows the checksums that Amazon's added lately.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  try {
    await client.send(new HeadBucketCommand({ Bucket }));
  } catch (error) {
    const detail = error instanceof Error ? error.message || error.name : String(error);
    throw new ModelwrightError('ARTIFACTS_UNREACHABLE', { bucket: Bucket, detail }, { cause: error });
  }
  const cache = await openCache(cacheOptions);
  const target = (name: string) => {
    checkName(name);
    return { Bucket, Key: prefix + name };
  };

  /** The mark that changes with the object's bytes; null where there is no such object. */
  async function etagOf(name: string): Promise<string | null> {
    const found = await orNull(client.send(new HeadObjectCommand(target(name))));
    return found ? (found.ETag ?? '') : null;
  }

  async function putInParts(name: string, path: string): Promise<void> {
    const object = target(name);
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const read = async (start: number) => {
        const part = Buffer.alloc(Math.min(PART_BYTES, size - start));
        const { bytesRead } = await file.read(part, 0, part.length, start);
        if (bytesRead < part.length) throw new Error(`${path} became shorter while it was read`);
        return part;
      };
      if (size <= PART_BYTES) {
        await client.send(new PutObjectCommand({ ...object, Body: await read(0) }));
        return;
      }
      const { UploadId } = await client.send(new CreateMultipartUploadCommand(object));
      const upload = { ...object, UploadId };
      try {
        const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
        for (let start = 0; start < size; start += PART_BYTES) {
          const PartNumber = Parts.length + 1;
          const Body = await read(start);
          const { ETag } = await client.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
          Parts.push({ PartNumber, ETag });
        }
        await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
      } catch (error) {
        await client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
        throw error;
      }
    } finally {
      await file.close();
    }
  }

  return {
    async put(name, bytes) {
      await client.send(new PutObjectCommand({ ...target(name), Body: bytes }));
    },

    putFile: putInParts,

    async get(name) {
      const found = await orNull(client.send(new GetObjectCommand(target(name))));
      return found?.Body ? found.Body.transformToByteArray() : null;
    },

    async localPath(name) {
      const etag = await etagOf(name);
      if (etag === null) return null;
      return cache.path(name, etag, async () => {
        const { Body } = await client.send(new GetObjectCommand({ ...target(name), IfMatch: etag }));
        if (!Body) throw new Error(`the object ${name} came without a body`);
        return Body.transformToWebStream();
      });
    },

    async list(start) {
      checkPrefix(start);
      const names: string[] = [];
      for (let token: string | undefined; ; ) {
        const page = await client.send(
          new ListObjectsV2Command({
            Bucket,
            Prefix: prefix + start,
            ...(token !== undefined && { ContinuationToken: token }),
          }),
        );
        for (const { Key } of page.Contents ?? []) if (Key) names.push(Key.slice(prefix.length));
        token = page.NextContinuationToken;
        if (!page.IsTruncated || token === undefined) return names.sort();
      }
    },

    async remove(name) {
      await client.send(new DeleteObjectCommand(target(name)));
    },
  };
}

/** Null where there is no such object. */
async function orNull<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
    if (name === 'NoSuchKey' || name === 'NotFound' || $metadata?.httpStatusCode === 404) return null;
    throw error;
  }
}
