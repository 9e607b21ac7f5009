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

export interface Route {
  readonly name: string;
  readonly method: string;
  readonly level: 'account' | 'bucket' | 'object';
  /** The query parameter, or the header, whose presence makes it this operation. */
  readonly marker?: string;
  /** Everything else that it understands; a name ending in `*` stands for all that begin so. */
  readonly parameters: readonly string[];
  readonly headers: readonly string[];
  readonly run: Operation;
}

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
  {
    name: 'ListBuckets',
    method: 'GET',
    level: 'account',
    parameters: ['prefix', 'max-buckets', 'continuation-token'],
    headers: [],
    run: listBuckets,
  },
  {
    name: 'PutBucketVersioning',
    method: 'PUT',
    level: 'bucket',
    marker: 'versioning',
    parameters: [],
    headers: BODY,
    run: putBucketVersioning,
  },
  {
    name: 'PutBucketNotificationConfiguration',
    method: 'PUT',
    level: 'bucket',
    marker: 'notification',
    parameters: [],
    headers: NOTIFICATION,
    run: putBucketNotification,
  },
  { name: 'CreateBucket', method: 'PUT', level: 'bucket', parameters: [], headers: BODY, run: createBucket },
  { name: 'HeadBucket', method: 'HEAD', level: 'bucket', parameters: [], headers: [], run: headBucket },
  { name: 'DeleteBucket', method: 'DELETE', level: 'bucket', parameters: [], headers: [], run: deleteBucket },
  {
    name: 'GetBucketVersioning',
    method: 'GET',
    level: 'bucket',
    marker: 'versioning',
    parameters: [],
    headers: [],
    run: getBucketVersioning,
  },
  {
    name: 'GetBucketNotificationConfiguration',
    method: 'GET',
    level: 'bucket',
    marker: 'notification',
    parameters: [],
    headers: [],
    run: getBucketNotification,
  },
  {
    name: 'ListObjectVersions',
    method: 'GET',
    level: 'bucket',
    marker: 'versions',
    parameters: VERSIONS_PAGE,
    headers: [],
    run: listObjectVersions,
  },
  {
    name: 'ListMultipartUploads',
    method: 'GET',
    level: 'bucket',
    marker: 'uploads',
    parameters: UPLOADS_PAGE,
    headers: [],
    run: listMultipartUploads,
  },
  {
    name: 'ListObjectsV2',
    method: 'GET',
    level: 'bucket',
    marker: 'list-type',
    parameters: [...PAGE, 'continuation-token', 'start-after', 'fetch-owner'],
    headers: [],
    run: listObjectsV2,
  },
  {
    name: 'DeleteObjects',
    method: 'POST',
    level: 'bucket',
    marker: 'delete',
    parameters: [],
    headers: BODY,
    run: deleteObjects,
  },
  {
    name: 'UploadPart',
    method: 'PUT',
    level: 'object',
    marker: 'uploadId',
    parameters: ['partNumber'],
    headers: BODY,
    run: uploadPart,
  },
  {
    name: 'CopyObject',
    method: 'PUT',
    level: 'object',
    marker: 'x-amz-copy-source',
    parameters: [],
    headers: [...DESCRIPTION, ...COPY_CONDITIONS, ...WRITE_CONDITIONS, 'x-amz-metadata-directive'],
    run: copyObject,
  },
  {
    name: 'PutObject',
    method: 'PUT',
    level: 'object',
    parameters: [],
    headers: [...BODY, ...DESCRIPTION, ...WRITE_CONDITIONS],
    run: putObject,
  },
  {
    name: 'HeadObject',
    method: 'HEAD',
    level: 'object',
    parameters: ['versionId', ...OVERRIDES],
    headers: READ,
    run: headObject,
  },
  {
    name: 'ListParts',
    method: 'GET',
    level: 'object',
    marker: 'uploadId',
    parameters: ['max-parts', 'part-number-marker'],
    headers: [],
    run: listUploadedParts,
  },
  {
    name: 'GetObject',
    method: 'GET',
    level: 'object',
    parameters: ['versionId', ...OVERRIDES],
    headers: READ,
    run: getObject,
  },
  {
    name: 'AbortMultipartUpload',
    method: 'DELETE',
    level: 'object',
    marker: 'uploadId',
    parameters: [],
    headers: [],
    run: abortMultipartUpload,
  },
  {
    name: 'DeleteObject',
    method: 'DELETE',
    level: 'object',
    parameters: ['versionId'],
    headers: ['if-match'],
    run: deleteObject,
  },
  {
    name: 'CreateMultipartUpload',
    method: 'POST',
    level: 'object',
    marker: 'uploads',
    parameters: [],
    headers: [...DESCRIPTION, ...MULTIPART_CREATE],
    run: createMultipartUpload,
  },
  {
    name: 'CompleteMultipartUpload',
    method: 'POST',
    level: 'object',
    marker: 'uploadId',
    parameters: [],
    headers: [...BODY, ...MULTIPART_COMPLETE],
    run: completeMultipartUpload,
  },
];
