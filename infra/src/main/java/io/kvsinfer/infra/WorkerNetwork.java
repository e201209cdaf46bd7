package io.kvsinfer.infra;

import io.kvsinfer.infra.config.Configuration;
import io.kvsinfer.infra.config.Configuration.Network;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.ec2.FlowLogDestination;
import software.amazon.awscdk.services.ec2.FlowLogOptions;
import software.amazon.awscdk.services.ec2.FlowLogTrafficType;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.ISubnet;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ec2.VpcAttributes;
import software.amazon.awscdk.services.logs.ILogGroup;
import software.constructs.Construct;

/**
 * Private subnets for workers, without a way in. S3 and DynamoDB by gateway endpoints, which cost
 * nothing; the rest through NAT, or interface endpoints where AWS has them.
 */
final class WorkerNetwork extends Construct {
  /** Two zones: a worker is replaced in the other when one is gone. */
  private static final int ZONES = 2;

  private static final int HTTPS = 443;

  private static final Map<String, InterfaceVpcEndpointAwsService> ENDPOINTS =
      Map.of(
          "EcrApi", InterfaceVpcEndpointAwsService.ECR,
          "EcrDocker", InterfaceVpcEndpointAwsService.ECR_DOCKER,
          "Ecs", InterfaceVpcEndpointAwsService.ECS,
          "EcsAgent", InterfaceVpcEndpointAwsService.ECS_AGENT,
          "EcsTelemetry", InterfaceVpcEndpointAwsService.ECS_TELEMETRY,
          "EventsStream", InterfaceVpcEndpointAwsService.KINESIS_STREAMS,
          "Logs", InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
          "Prometheus", InterfaceVpcEndpointAwsService.PROMETHEUS_WORKSPACES,
          "Ssm", InterfaceVpcEndpointAwsService.SSM);

  private final IVpc vpc;
  private final SecurityGroup workers;
  private final SubnetSelection subnets;

  WorkerNetwork(Construct scope, String id, Configuration configuration, ILogGroup flowLog) {
    super(scope, id);
    Network network = configuration.network();
    String given = network.vpcId();
    if (given == null) {
      vpc = made(configuration, flowLog);
    } else {
      vpc =
          Vpc.fromVpcAttributes(
              this,
              "Given",
              VpcAttributes.builder()
                  .vpcId(given)
                  .availabilityZones(network.availabilityZones())
                  .privateSubnetIds(network.subnetIds())
                  .build());
    }
    subnets = SubnetSelection.builder().subnetType(SubnetType.PRIVATE_WITH_EGRESS).build();
    workers =
        SecurityGroup.Builder.create(this, "Workers")
            .vpc(vpc)
            .description("kvs-infer workers: nothing comes in, HTTPS goes out")
            .allowAllOutbound(false)
            .build();
    workers.addEgressRule(Peer.anyIpv4(), Port.tcp(HTTPS), "AWS and the camera streams");
  }

  IVpc vpc() {
    return vpc;
  }

  SecurityGroup workers() {
    return workers;
  }

  List<ISubnet> subnets() {
    return vpc.selectSubnets(subnets).getSubnets();
  }

  private IVpc made(Configuration configuration, ILogGroup flowLog) {
    Vpc made =
        Vpc.Builder.create(this, "Vpc")
            .maxAzs(ZONES)
            .natGateways(configuration.network().natGateways())
            .subnetConfiguration(
                List.of(
                    SubnetConfiguration.builder()
                        .name("nat")
                        .subnetType(SubnetType.PUBLIC)
                        .cidrMask(26)
                        .mapPublicIpOnLaunch(false)
                        .build(),
                    SubnetConfiguration.builder()
                        .name("workers")
                        .subnetType(SubnetType.PRIVATE_WITH_EGRESS)
                        .cidrMask(18)
                        .build()))
            .restrictDefaultSecurityGroup(false)
            .build();
    made.addFlowLog(
        "Rejected",
        FlowLogOptions.builder()
            .destination(FlowLogDestination.toCloudWatchLogs(flowLog))
            .trafficType(FlowLogTrafficType.REJECT)
            .build());
    made.addGatewayEndpoint("S3", gateway(GatewayVpcEndpointAwsService.S3));
    made.addGatewayEndpoint("DynamoDb", gateway(GatewayVpcEndpointAwsService.DYNAMODB));
    if (configuration.network().interfaceEndpoints()) {
      SecurityGroup endpoints =
          SecurityGroup.Builder.create(this, "Endpoints")
              .vpc(made)
              .description("kvs-infer endpoints: HTTPS from within the VPC")
              .allowAllOutbound(false)
              .build();
      endpoints.addIngressRule(Peer.ipv4(made.getVpcCidrBlock()), Port.tcp(HTTPS), "HTTPS");
      ENDPOINTS.forEach((name, service) ->
          made.addInterfaceEndpoint(
              name,
              InterfaceVpcEndpointOptions.builder()
                  .service(service)
                  .securityGroups(List.of(endpoints))
                  .open(false)
                  .build()));
    }
    return made;
  }

  private static GatewayVpcEndpointOptions gateway(GatewayVpcEndpointAwsService service) {
    return GatewayVpcEndpointOptions.builder().service(service).build();
  }
}
