import { Aws, Stack } from 'aws-cdk-lib';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { allow } from '../grants.ts';
import { bucketName, functionName, trailArn, trailName } from '../naming.ts';
import { topology } from '../topology.ts';

interface TrailProps {
  readonly key: Key;
  readonly bucket: Bucket;
  readonly logGroup: LogGroup;
}

/** The account's trail: every Region, validated, encrypted, with reads and writes of patient data object by object. */
export class Trail extends Construct {
  readonly resource: CfnTrail;

  constructor(scope: Construct, id: string, { key, bucket, logGroup }: TrailProps) {
    super(scope, id);
    for (const statement of deliveryStatements(this, bucket)) bucket.addToResourcePolicy(statement);
    this.resource = new CfnTrail(this, 'Trail', {
      trailName,
      isLogging: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      kmsKeyId: key.keyArn,
      s3BucketName: bucket.bucketName,
      cloudWatchLogsLogGroupArn: logGroup.logGroupArn,
      cloudWatchLogsRoleArn: this.#logRole(logGroup).roleArn,
      advancedEventSelectors: [management, patientObjects(this), invocations(this)],
    });
    if (bucket.policy !== undefined) this.resource.node.addDependency(bucket.policy);
  }

  #logRole(group: LogGroup): Role {
    const policy = new ManagedPolicy(this, 'LogPolicy', {
      statements: [allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [group.logGroupArn])],
    });
    return new Role(this, 'LogRole', {
      assumedBy: new ServicePrincipal('cloudtrail.amazonaws.com'),
      managedPolicies: [policy],
    });
  }
}

const management: CfnTrail.AdvancedEventSelectorProperty = {
  name: 'Management events',
  fieldSelectors: [{ field: 'eventCategory', equalTo: ['Management'] }],
};

const patientObjects = (scope: Construct): CfnTrail.AdvancedEventSelectorProperty => ({
  name: 'Objects that hold patient data',
  fieldSelectors: [
    { field: 'eventCategory', equalTo: ['Data'] },
    { field: 'resources.type', equalTo: ['AWS::S3::Object'] },
    {
      field: 'resources.ARN',
      startsWith: Object.values(topology.buckets).map(
        ({ name }) => `arn:${Stack.of(scope).partition}:s3:::${bucketName(name)}/`,
      ),
    },
  ],
});

const invocations = (scope: Construct): CfnTrail.AdvancedEventSelectorProperty => ({
  name: 'Calls of the tasks',
  fieldSelectors: [
    { field: 'eventCategory', equalTo: ['Data'] },
    { field: 'resources.type', equalTo: ['AWS::Lambda::Function'] },
    {
      field: 'resources.ARN',
      startsWith: [
        `arn:${Stack.of(scope).partition}:lambda:${Aws.REGION}:${Aws.ACCOUNT_ID}:function:${functionName('')}`,
      ],
    },
  ],
});

/** CloudTrail user guide, "Amazon S3 bucket policy for CloudTrail". */
const deliveryStatements = (scope: Construct, bucket: Bucket): PolicyStatement[] => {
  const principals = [new ServicePrincipal('cloudtrail.amazonaws.com')];
  const source = { 'aws:SourceArn': trailArn(scope) };
  return [
    new PolicyStatement({
      sid: 'TrailChecksAcl',
      principals,
      actions: ['s3:GetBucketAcl'],
      resources: [bucket.bucketArn],
      conditions: { StringEquals: source },
    }),
    new PolicyStatement({
      sid: 'TrailDelivers',
      principals,
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`AWSLogs/${Aws.ACCOUNT_ID}/*`)],
      conditions: { StringEquals: { ...source, 's3:x-amz-acl': 'bucket-owner-full-control' } },
    }),
  ];
};
