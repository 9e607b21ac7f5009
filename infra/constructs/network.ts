import { Aws } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  type IVpc,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { allow, type Grant } from '../grants.ts';
import { topology } from '../topology.ts';
import { logGroup } from './log-group.ts';

/** Services behind interface endpoints, by the grants that call them. S3 and DynamoDB have gateways. */
const endpoints: ReadonlyArray<{
  readonly id: string;
  readonly service: InterfaceVpcEndpointAwsService;
  readonly calls: (grant: Grant) => boolean;
}> = [
  { id: 'Sqs', service: InterfaceVpcEndpointAwsService.SQS, calls: (grant) => grant === 'deadLetters:send' },
  {
    id: 'States',
    service: InterfaceVpcEndpointAwsService.STEP_FUNCTIONS,
    calls: (grant) => /^(start|describe):/.test(grant),
  },
  { id: 'Secrets', service: InterfaceVpcEndpointAwsService.SECRETS_MANAGER, calls: (grant) => grant === 'secret' },
  {
    id: 'HealthLake',
    service: InterfaceVpcEndpointAwsService.HEALTHLAKE,
    calls: (grant) => grant === 'describe:import',
  },
  {
    id: 'ComprehendMedical',
    service: InterfaceVpcEndpointAwsService.COMPREHEND_MEDICAL,
    calls: (grant) => grant === 'comprehendmedical',
  },
];

/** Isolated subnets without a way out: the functions reach AWS's services by endpoints and nothing else. */
export class Network extends Construct {
  readonly vpc: IVpc;
  readonly functions: SecurityGroup;

  constructor(scope: Construct, id: string, key: Key) {
    super(scope, id);
    const vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      createInternetGateway: false,
      // Emptying the default group takes a custom-resource Lambda; nothing is placed in it, and a test holds that.
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [{ name: 'isolated', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 22 }],
    });
    // The L2's own type does not fit its interface under exactOptionalPropertyTypes.
    this.vpc = vpc as IVpc;
    acknowledge(
      vpc,
      'Nothing of ours is in the default group: functions and endpoints have groups of their own, and a test holds that.',
      'HIPAA.Security-VPCDefaultSecurityGroupClosed',
    );
    this.functions = new SecurityGroup(this, 'Functions', { vpc: this.vpc, allowAllOutbound: true });
    this.#addFlowLog(key);
    this.#addEndpoints();
  }

  #addFlowLog(key: Key): void {
    const group = logGroup(this, 'FlowLog', '/tributary/network', key);
    const policy = new ManagedPolicy(this, 'FlowLogPolicy', {
      statements: [
        allow(['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'], [group.logGroupArn]),
      ],
    });
    const role = new Role(this, 'FlowLogRole', {
      assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      managedPolicies: [policy],
    });
    this.vpc.addFlowLog('Flow', {
      destination: FlowLogDestination.toCloudWatchLogs(group, role.withoutPolicyUpdates()),
      trafficType: FlowLogTrafficType.ALL,
    });
  }

  #addEndpoints(): void {
    const gateways = { S3: GatewayVpcEndpointAwsService.S3, DynamoDb: GatewayVpcEndpointAwsService.DYNAMODB };
    for (const [id, service] of Object.entries(gateways)) {
      this.vpc.addGatewayEndpoint(id, { service }).addToPolicy(ownAccountOnly());
    }
    const group = new SecurityGroup(this, 'Endpoints', { vpc: this.vpc, allowAllOutbound: false });
    group.addIngressRule(this.functions, Port.tcp(443), 'Functions');
    const granted = new Set<Grant>(Object.values(topology.functions).flatMap(({ grants }) => [...grants]));
    for (const { id, service } of endpoints.filter(({ calls }) => [...granted].some(calls))) {
      const endpoint = this.vpc.addInterfaceEndpoint(id, { service, open: false, securityGroups: [group] });
      endpoint.addToPolicy(ownAccountOnly());
    }
  }
}

/** What goes through an endpoint is done by this account's principals; another's stolen key is of no use inside. */
function ownAccountOnly(): PolicyStatement {
  return new PolicyStatement({
    principals: [new AnyPrincipal()],
    actions: ['*'],
    resources: ['*'],
    conditions: { StringEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID } },
  });
}
