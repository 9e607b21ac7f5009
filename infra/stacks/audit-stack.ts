import { Aws, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { type Bucket, BucketEncryption, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { accessLogs, closedBucket, resourceOf } from '../constructs/buckets.ts';
import { customerKey, deliveryUse, logUse } from '../constructs/customer-key.ts';
import { logGroup } from '../constructs/log-group.ts';
import { Trail } from '../constructs/trail.ts';
import { auditBuckets, logGroupArn, trailArn } from '../naming.ts';
import { settings } from '../settings.ts';

const trailLog = '/tributary/audit/trail';

/** What proves who did what: the trail and the access logs, under a key that no tenant's work can touch. */
export class AuditStack extends Stack {
  readonly key: Key;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    this.key = customerKey(this, 'Key', 'tributary-audit', [
      logUse(this, [logGroupArn(this, trailLog)]),
      deliveryUse('EncryptTrail', 'cloudtrail', [trailArn(this)]),
    ]);
    this.#accessLogBucket();
    new Trail(this, 'Trail', {
      key: this.key,
      bucket: this.#trailBucket(),
      logGroup: logGroup(this, 'TrailLog', trailLog, this.key, settings.auditRetentionDays),
    });
  }

  /** Nobody deletes from it before the time is over, not even the root user. */
  #trailBucket(): Bucket {
    const bucket = closedBucket(this, 'TrailBucket', auditBuckets.trail, {
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.compliance(Duration.days(settings.auditRetentionDays)),
    });
    resourceOf(bucket).loggingConfiguration = accessLogs(auditBuckets.trail);
    return bucket;
  }

  #accessLogBucket(): void {
    const bucket = closedBucket(this, 'AccessLogs', auditBuckets.accessLogs, {
      encryption: BucketEncryption.S3_MANAGED,
      versioned: true,
      lifecycleRules: [{ id: 'kept', expiration: Duration.days(settings.auditRetentionDays) }],
    });
    bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AccessLogsArrive',
        principals: [new ServicePrincipal('logging.s3.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects('*')],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    acknowledge(
      bucket,
      'S3 delivers access logs to buckets under SSE-S3 only (S3 user guide, server access logging). The inbox, whose keys hold file names, does not log here.',
      'HIPAA.Security-S3DefaultEncryptionKMS',
    );
    acknowledge(
      bucket,
      'It is where access logs arrive; logging itself into itself would never end.',
      'HIPAA.Security-S3BucketLoggingEnabled',
      'AwsSolutions-S1',
    );
  }
}
