import {
  createBucket,
  deleteBucket,
  getBucketNotification,
  getBucketVersioning,
  headBucket,
  listBuckets,
  putBucketNotification,
  putBucketVersioning,
} from './buckets.ts';
import type { Operation } from './call.ts';
import { CHECKSUM_ALGORITHMS } from './checksums.ts';
import { completeMultipartUpload } from './complete-multipart.ts';
import { copyObject } from './copy-object.ts';
import { deleteObject, deleteObjects } from './delete-objects.ts';
import { getObject, headObject, OVERRIDES } from './get-object.ts';
import { listObjectsV2 } from './list-objects.ts';
import { listObjectVersions } from './list-versions.ts';
import {
  abortMultipartUpload,
  createMultipartUpload,
  listMultipartUploads,
  listUploadedParts,
  uploadPart,
} from './multipart.ts';
import { checksumHeader } from './payload.ts';
import { putObject } from './put-object.ts';

interface Understood {
  /** The query parameter, or the header, whose presence makes it this operation. */
  readonly marker?: string;
  /** Everything else that it understands; a name ending in `*` stands for all that begin so. */
  readonly parameters?: readonly string[];
  readonly headers?: readonly string[];
}

export interface Route extends Understood {
  readonly name: string;
  readonly method: string;
  readonly level: 'account' | 'bucket' | 'object';
  readonly run: Operation;
}

const route = (
  name: string,
  method: string,
  level: Route['level'],
  run: Operation,
  understood: Understood = {},
): Route => ({ name, method, level, run, ...understood });

const SSE = [
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-bucket-key-enabled',
];
const DESCRIPTION = [...SSE, 'x-amz-meta-*', 'x-amz-storage-class'];
const WRITE_CONDITIONS = ['if-match', 'if-none-match'];
const READ_CONDITIONS = [...WRITE_CONDITIONS, 'if-modified-since', 'if-unmodified-since'];
const COPY_CONDITIONS = READ_CONDITIONS.map((name) => `x-amz-copy-source-${name}`);
const CHECKSUMS = CHECKSUM_ALGORITHMS.map(checksumHeader);
/** What a request with a body may say of it. */
const BODY = [
  ...CHECKSUMS,
  'content-md5',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-trailer',
  'x-amz-decoded-content-length',
];
const READ = ['range', 'x-amz-checksum-mode', ...READ_CONDITIONS];
const MULTIPART_CREATE = ['x-amz-checksum-algorithm', 'x-amz-checksum-type'];
const MULTIPART_COMPLETE = ['x-amz-checksum-type', 'x-amz-mp-object-size', ...WRITE_CONDITIONS];
const PAGE = ['prefix', 'delimiter', 'encoding-type', 'max-keys'];
const VERSIONS_PAGE = [...PAGE, 'key-marker', 'version-id-marker'];
const UPLOADS_PAGE = ['prefix', 'encoding-type', 'key-marker', 'upload-id-marker', 'max-uploads'];
const NOTIFICATION = [...BODY, 'x-amz-skip-destination-validation'];

/** Every operation there is; those with a marker come before the one that has none. */
export const ROUTES: readonly Route[] = [
  route('ListBuckets', 'GET', 'account', listBuckets, { parameters: ['prefix', 'max-buckets', 'continuation-token'] }),
  route('PutBucketVersioning', 'PUT', 'bucket', putBucketVersioning, { marker: 'versioning', headers: BODY }),
  route('PutBucketNotificationConfiguration', 'PUT', 'bucket', putBucketNotification, {
    marker: 'notification',
    headers: NOTIFICATION,
  }),
  route('CreateBucket', 'PUT', 'bucket', createBucket, { headers: BODY }),
  route('HeadBucket', 'HEAD', 'bucket', headBucket),
  route('DeleteBucket', 'DELETE', 'bucket', deleteBucket),
  route('GetBucketVersioning', 'GET', 'bucket', getBucketVersioning, { marker: 'versioning' }),
  route('GetBucketNotificationConfiguration', 'GET', 'bucket', getBucketNotification, { marker: 'notification' }),
  route('ListObjectVersions', 'GET', 'bucket', listObjectVersions, { marker: 'versions', parameters: VERSIONS_PAGE }),
  route('ListMultipartUploads', 'GET', 'bucket', listMultipartUploads, { marker: 'uploads', parameters: UPLOADS_PAGE }),
  route('ListObjectsV2', 'GET', 'bucket', listObjectsV2, {
    marker: 'list-type',
    parameters: [...PAGE, 'continuation-token', 'start-after', 'fetch-owner'],
  }),
  route('DeleteObjects', 'POST', 'bucket', deleteObjects, { marker: 'delete', headers: BODY }),
  route('UploadPart', 'PUT', 'object', uploadPart, { marker: 'uploadId', parameters: ['partNumber'], headers: BODY }),
  route('CopyObject', 'PUT', 'object', copyObject, {
    marker: 'x-amz-copy-source',
    headers: [...DESCRIPTION, ...COPY_CONDITIONS, ...WRITE_CONDITIONS, 'x-amz-metadata-directive'],
  }),
  route('PutObject', 'PUT', 'object', putObject, { headers: [...BODY, ...DESCRIPTION, ...WRITE_CONDITIONS] }),
  route('HeadObject', 'HEAD', 'object', headObject, { parameters: ['versionId', ...OVERRIDES], headers: READ }),
  route('ListParts', 'GET', 'object', listUploadedParts, {
    marker: 'uploadId',
    parameters: ['max-parts', 'part-number-marker'],
  }),
  route('GetObject', 'GET', 'object', getObject, { parameters: ['versionId', ...OVERRIDES], headers: READ }),
  route('AbortMultipartUpload', 'DELETE', 'object', abortMultipartUpload, { marker: 'uploadId' }),
  route('DeleteObject', 'DELETE', 'object', deleteObject, { parameters: ['versionId'], headers: ['if-match'] }),
  route('CreateMultipartUpload', 'POST', 'object', createMultipartUpload, {
    marker: 'uploads',
    headers: [...DESCRIPTION, ...MULTIPART_CREATE],
  }),
  route('CompleteMultipartUpload', 'POST', 'object', completeMultipartUpload, {
    marker: 'uploadId',
    headers: [...BODY, ...MULTIPART_COMPLETE],
  }),
];
