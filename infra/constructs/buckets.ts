import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  CfnBucket,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { auditBuckets, bucketName } from '../naming.ts';
import { topology } from '../topology.ts';

/** What every bucket of ours is: private, TLS 1.2 at least, owner-enforced, and left when its stack goes. */
export function closedBucket(scope: Construct, id: string, name: string, more: BucketProps): Bucket {
  const bucket = new Bucket(scope, id, {
    bucketName: bucketName(name),
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    removalPolicy: RemovalPolicy.RETAIN,
    lifecycleRules: [{ id: 'torn-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) }],
    ...more,
  });
  acknowledge(
    bucket,
    'One Region: a data store lives in one, and where a copy of patient data may lie is a decision of residency, not ours.',
    'HIPAA.Security-S3BucketReplicationEnabled',
  );
  return bucket;
}

interface PatientBuckets {
  readonly inbox: Bucket;
  readonly work: Bucket;
}

/** The two buckets that hold patient data, under the tenant's key alone. */
export function patientBuckets(scope: Construct, key: Key): PatientBuckets {
  const { inbox, work } = topology.buckets;
  const made = {
    inbox: patientBucket(scope, 'Inbox', key, inbox),
    work: patientBucket(scope, 'Work', key, work),
  };
  // Server access logs are delivered under SSE-S3 only, and an inbox key ends in a file name that a sender chose.
  resourceOf(made.work).loggingConfiguration = accessLogs(work.name);
  acknowledge(
    made.inbox,
    'The trail records every access to its objects, under the audit key; server access logs would copy file names out of the customer key.',
    'HIPAA.Security-S3BucketLoggingEnabled',
    'AwsSolutions-S1',
  );
  acknowledge(
    made.work,
    'Whatever lies here can be made again from the versioned inbox.',
    'HIPAA.Security-S3BucketVersioningEnabled',
  );
  return made;
}

interface BucketEntry {
  readonly name: string;
  readonly versioned: boolean;
  readonly eventBridge: boolean;
  readonly lockDays?: number;
}

function patientBucket(scope: Construct, id: string, key: Key, entry: BucketEntry): Bucket {
  const bucket = closedBucket(scope, id, entry.name, {
    encryption: BucketEncryption.KMS,
    encryptionKey: key,
    bucketKeyEnabled: true,
    versioned: entry.versioned,
    ...(entry.lockDays === undefined ? {} : lock(entry.lockDays)),
  });
  const resource = resourceOf(bucket);
  // On the L1: the L2's switch adds a custom-resource Lambda that no rule pack sees (reliability-security 1.4).
  if (entry.eventBridge) {
    resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
  }
  for (const refused of refuseOtherKeys(bucket, key)) bucket.addToResourcePolicy(refused);
  return bucket;
}

const lock = (days: number): BucketProps => ({
  objectLockEnabled: true,
  objectLockDefaultRetention: ObjectLockRetention.governance(Duration.days(days)),
});

/** By name: the audit stack keeps the access logs, and neither stack then waits for the other. */
export const accessLogs = (name: string): CfnBucket.LoggingConfigurationProperty => ({
  destinationBucketName: bucketName(auditBuckets.accessLogs),
  logFilePrefix: `${name}/`,
});

/**
 * An upload under another key than the tenant's, or under S3's own, would be out of reach of erasure by key. Without a
 * header the bucket's default applies; a negated operator is true for a missing key, hence `Null` beside it (IAM user
 * guide, condition operators).
 */
function refuseOtherKeys(bucket: Bucket, key: Key): PolicyStatement[] {
  const header = 's3:x-amz-server-side-encryption';
  return [
    refusal(bucket, 'RefuseOtherKeys', `${header}-aws-kms-key-id`, key.keyArn),
    refusal(bucket, 'RefuseOtherEncryption', header, 'aws:kms'),
    refusal(bucket, 'RefuseSendersKeys', `${header}-customer-algorithm`),
  ];
}

/** Refuses a put that carries the header, unless it has the one value. */
function refusal(bucket: Bucket, sid: string, header: string, unless?: string): PolicyStatement {
  return new PolicyStatement({
    sid,
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['s3:PutObject'],
    resources: [bucket.arnForObjects('*')],
    conditions: {
      Null: { [header]: 'false' },
      ...(unless === undefined ? {} : { StringNotEquals: { [header]: unless } }),
    },
  });
}

export function resourceOf(bucket: Bucket): CfnBucket {
  const resource = bucket.node.defaultChild;
  if (!(resource instanceof CfnBucket)) throw new Error('A bucket without its CloudFormation resource');
  return resource;
}
