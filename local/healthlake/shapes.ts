import type { Shape } from './shape.ts';

/** Constraints of the HealthLake API 2017-07-01, as botocore's service model gives them. */
const NAME = /^([\p{L}\p{Z}\p{N}_.:/=+\-%@]*)$/u;
const id: Shape = { kind: 'string', min: 1, max: 32, pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-%@]*$/u };
const clientToken: Shape = { kind: 'string', min: 1, max: 64, pattern: /^[a-zA-Z0-9-]+$/ };
const s3Uri: Shape = { kind: 'string', max: 1024, pattern: /^s3:\/\/[a-z0-9][.\-a-z0-9]{1,61}[a-z0-9](\/.*)?$/ };
const kmsKeyId: Shape = {
  kind: 'string',
  min: 1,
  max: 400,
  pattern:
    /^(arn:aws((-us-gov)|(-iso)|(-iso-b)|(-cn))?:kms:)?([a-z]{2}-[a-z]+(-[a-z]+)?-\d:)?(\d{12}:)?(((key\/)?[a-zA-Z0-9-_]+)|(alias\/[a-zA-Z0-9:/_-]+))$/,
};
const jobName: Shape = { kind: 'string', min: 1, max: 64, pattern: NAME };
const datastoreName: Shape = { kind: 'string', min: 1, max: 256, pattern: NAME };
const nextToken: Shape = { kind: 'string', max: 8192, pattern: /^[\0-\x7f]*$/ };
const maxResults: Shape = { kind: 'number', min: 1, max: 500 };
const time: Shape = { kind: 'number' };
const arn: Shape = {
  kind: 'string',
  min: 1,
  max: 1011,
  pattern: /^arn:aws((-us-gov)|(-iso)|(-iso-b)|(-cn))?:healthlake:[a-zA-Z0-9-]+:[0-9]{12}:datastore\/fhir\/.+$/,
};
const tags: Shape = {
  kind: 'list',
  of: {
    kind: 'structure',
    members: { Key: { kind: 'string', min: 1, max: 128 }, Value: { kind: 'string', max: 256 } },
    required: ['Key', 'Value'],
  },
};
const JOB_STATUSES = [
  'SUBMITTED',
  'QUEUED',
  'IN_PROGRESS',
  'COMPLETED_WITH_ERRORS',
  'COMPLETED',
  'FAILED',
  'CANCEL_SUBMITTED',
  'CANCEL_IN_PROGRESS',
  'CANCEL_COMPLETED',
  'CANCEL_FAILED',
];

export const shapes = {
  createDatastore: {
    kind: 'structure',
    members: {
      DatastoreName: datastoreName,
      DatastoreTypeVersion: { kind: 'string', oneOf: ['R4'] },
      SseConfiguration: {
        kind: 'structure',
        members: {
          KmsEncryptionConfig: {
            kind: 'structure',
            members: {
              CmkType: { kind: 'string', oneOf: ['CUSTOMER_MANAGED_KMS_KEY', 'AWS_OWNED_KMS_KEY'] },
              KmsKeyId: kmsKeyId,
            },
            required: ['CmkType'],
          },
        },
        required: ['KmsEncryptionConfig'],
      },
      ClientToken: clientToken,
      Tags: tags,
    },
    required: ['DatastoreTypeVersion'],
  },
  oneDatastore: { kind: 'structure', members: { DatastoreId: id }, required: ['DatastoreId'] },
  listDatastores: {
    kind: 'structure',
    members: {
      Filter: {
        kind: 'structure',
        members: {
          DatastoreName: datastoreName,
          DatastoreStatus: { kind: 'string', oneOf: ['CREATING', 'ACTIVE', 'DELETING', 'DELETED', 'CREATE_FAILED'] },
          CreatedBefore: time,
          CreatedAfter: time,
        },
      },
      NextToken: nextToken,
      MaxResults: maxResults,
    },
  },
  startImport: {
    kind: 'structure',
    members: {
      JobName: jobName,
      InputDataConfig: { kind: 'structure', members: { S3Uri: s3Uri }, required: ['S3Uri'] },
      JobOutputDataConfig: {
        kind: 'structure',
        members: {
          S3Configuration: {
            kind: 'structure',
            members: { S3Uri: s3Uri, KmsKeyId: kmsKeyId },
            required: ['S3Uri', 'KmsKeyId'],
          },
        },
        required: ['S3Configuration'],
      },
      DatastoreId: id,
      DataAccessRoleArn: { kind: 'string', min: 20, max: 2048, pattern: /^arn:aws(-[^:]+)?:iam::[0-9]{12}:role\/.+$/ },
      ClientToken: clientToken,
      ValidationLevel: { kind: 'string', oneOf: ['strict', 'structure-only', 'minimal'] },
    },
    required: ['InputDataConfig', 'JobOutputDataConfig', 'DatastoreId', 'DataAccessRoleArn'],
  },
  describeImport: { kind: 'structure', members: { DatastoreId: id, JobId: id }, required: ['DatastoreId', 'JobId'] },
  listImports: {
    kind: 'structure',
    members: {
      DatastoreId: id,
      NextToken: nextToken,
      MaxResults: maxResults,
      JobName: jobName,
      JobStatus: { kind: 'string', oneOf: JOB_STATUSES },
      SubmittedBefore: time,
      SubmittedAfter: time,
    },
    required: ['DatastoreId'],
  },
  listTags: { kind: 'structure', members: { ResourceARN: arn }, required: ['ResourceARN'] },
  tag: { kind: 'structure', members: { ResourceARN: arn, Tags: tags }, required: ['ResourceARN', 'Tags'] },
  untag: {
    kind: 'structure',
    members: { ResourceARN: arn, TagKeys: { kind: 'list', of: { kind: 'string', min: 1, max: 128 } } },
    required: ['ResourceARN', 'TagKeys'],
  },
} as const satisfies Record<string, Shape>;
