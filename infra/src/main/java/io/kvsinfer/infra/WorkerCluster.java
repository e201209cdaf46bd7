package io.kvsinfer.infra;

import io.kvsinfer.infra.config.Configuration;
import io.kvsinfer.infra.config.Configuration.Capacity;
import io.kvsinfer.infra.config.Configuration.GivenCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Size;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.ec2.AcceleratorManufacturer;
import software.amazon.awscdk.services.ec2.AcceleratorType;
import software.amazon.awscdk.services.ec2.BlockDevice;
import software.amazon.awscdk.services.ec2.BlockDeviceVolume;
import software.amazon.awscdk.services.ec2.EbsDeviceOptions;
import software.amazon.awscdk.services.ec2.InstanceGeneration;
import software.amazon.awscdk.services.ec2.InstanceRequirementsConfig;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.LaunchTemplate;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.UserData;
import software.amazon.awscdk.services.ecs.AmiHardwareType;
import software.amazon.awscdk.services.ecs.AsgCapacityProvider;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.ClusterAttributes;
import software.amazon.awscdk.services.ecs.ContainerInsights;
import software.amazon.awscdk.services.ecs.EcsOptimizedImage;
import software.amazon.awscdk.services.ecs.ICluster;
import software.amazon.awscdk.services.ecs.InstanceMonitoring;
import software.amazon.awscdk.services.ecs.ManagedInstancesCapacityProvider;
import software.amazon.awscdk.services.ecs.PropagateManagedInstancesTags;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.constructs.Construct;

/** A cluster that workers run in, and who brings its machines. */
final class WorkerCluster extends Construct {
  private static final String FARGATE = "FARGATE";
  private static final int MIB_PER_GIB = 1024;
  private static final int CPU_UNITS = 1024;

  /** Room for the images and the spools of a machine's tasks. */
  private static final int DISK_GIB = 80;

  private final ICluster cluster;
  private final String provider;

  /** One that exists. */
  private WorkerCluster(Construct scope, String id, GivenCluster given, WorkerNetwork network) {
    super(scope, id);
    cluster =
        Cluster.fromClusterAttributes(
            this,
            "Given",
            ClusterAttributes.builder()
                .clusterName(given.name())
                .vpc(network.vpc())
                .securityGroups(List.of(network.workers()))
                .build());
    provider = Objects.requireNonNullElse(given.providerName(), FARGATE);
  }

  /**
   * One that is made.
   *
   * @param suffix of its name and of its capacity provider's
   */
  private WorkerCluster(
      Construct scope,
      String id,
      String suffix,
      Configuration configuration,
      WorkerNetwork network) {
    super(scope, id);
    Capacity capacity = configuration.capacity();
    Cluster made =
        Cluster.Builder.create(this, "Cluster")
            .clusterName(configuration.named("workers" + suffix))
            .vpc(network.vpc())
            .containerInsightsV2(ContainerInsights.ENHANCED)
            .enableFargateCapacityProviders(capacity.kind() == Configuration.CapacityKind.FARGATE)
            .build();
    cluster = made;
    provider =
        switch (capacity.kind()) {
          case MANAGED ->
              managed(made, configuration.named("gpu" + suffix), configuration, network);
          case ASG ->
              autoScaling(made, configuration.named("gpu" + suffix), configuration, network);
          case FARGATE -> FARGATE;
        };
  }

  /** The clusters of an environment, in the order in which the scheduler fills them. */
  static List<WorkerCluster> all(
      Construct scope, Configuration configuration, WorkerNetwork network) {
    Capacity capacity = configuration.capacity();
    List<WorkerCluster> clusters = new ArrayList<>();
    String given = capacity.clusterName();
    if (given != null) {
      clusters.add(
          new WorkerCluster(
              scope, "Workers", new GivenCluster(given, capacity.providerName()), network));
      for (GivenCluster more : capacity.moreClusters()) {
        clusters.add(new WorkerCluster(scope, "Workers" + (clusters.size() + 1), more, network));
      }
      return clusters;
    }
    clusters.add(new WorkerCluster(scope, "Workers", "", configuration, network));
    for (int i = 2; i <= capacity.clusters(); i++) {
      clusters.add(new WorkerCluster(scope, "Workers" + i, "-" + i, configuration, network));
    }
    return clusters;
  }

  ICluster cluster() {
    return cluster;
  }

  /** Name of the capacity provider that the scheduler asks for. */
  String provider() {
    return provider;
  }

  /** AWS chooses, patches and ends the machines; every worker is restarted some day. */
  private String managed(
      Cluster made, String name, Configuration configuration, WorkerNetwork network) {
    ManagedInstancesCapacityProvider managed =
        ManagedInstancesCapacityProvider.Builder.create(this, "Gpu")
            .capacityProviderName(name)
            .subnets(network.subnets())
            .securityGroups(List.of(network.workers()))
            .instanceRequirements(requirements(configuration.capacity()))
            .monitoring(InstanceMonitoring.BASIC)
            .propagateTags(PropagateManagedInstancesTags.CAPACITY_PROVIDER)
            .taskVolumeStorage(Size.gibibytes(DISK_GIB))
            .build();
    made.addManagedInstancesCapacityProvider(managed);
    return managed.getCapacityProviderName();
  }

  private static InstanceRequirementsConfig requirements(Capacity capacity) {
    InstanceRequirementsConfig.Builder builder =
        InstanceRequirementsConfig.builder()
            .vCpuCountMin(Math.ceilDiv(capacity.cpu(), CPU_UNITS))
            .memoryMin(Size.gibibytes(Math.ceilDiv(capacity.memoryMib(), MIB_PER_GIB)))
            .acceleratorCountMin(capacity.gpus())
            .acceleratorTypes(List.of(AcceleratorType.GPU))
            .acceleratorManufacturers(List.of(AcceleratorManufacturer.NVIDIA));
    return capacity.instanceTypes().isEmpty()
        ? builder.instanceGenerations(List.of(InstanceGeneration.CURRENT)).build()
        : builder.allowedInstanceTypes(capacity.instanceTypes()).build();
  }

  private String autoScaling(
      Cluster made, String name, Configuration configuration, WorkerNetwork network) {
    Capacity capacity = configuration.capacity();
    LaunchTemplate template =
        LaunchTemplate.Builder.create(this, "Template")
            .machineImage(EcsOptimizedImage.amazonLinux2023(AmiHardwareType.GPU))
            .instanceType(new InstanceType(capacity.instanceTypes().getFirst()))
            .userData(UserData.forLinux())
            .securityGroup(network.workers())
            .requireImdsv2(true)
            .blockDevices(
                List.of(
                    BlockDevice.builder()
                        .deviceName("/dev/xvda")
                        .volume(
                            BlockDeviceVolume.ebs(
                                DISK_GIB, EbsDeviceOptions.builder().encrypted(true).build()))
                        .build()))
            .role(
                Role.Builder.create(this, "InstanceRole")
                    .assumedBy(new ServicePrincipal("ec2.amazonaws.com"))
                    .build())
            .build();
    AutoScalingGroup group =
        AutoScalingGroup.Builder.create(this, "Group")
            .vpc(network.vpc())
            .vpcSubnets(SubnetSelection.builder().subnets(network.subnets()).build())
            .launchTemplate(template)
            .minCapacity(0)
            .maxCapacity(capacity.maxInstances())
            .build();
    AsgCapacityProvider asg =
        AsgCapacityProvider.Builder.create(this, "Asg")
            .capacityProviderName(name)
            .autoScalingGroup(group)
            .enableManagedDraining(true)
            .enableManagedTerminationProtection(false)
            .instanceWarmupPeriod((int) Duration.minutes(2).toSeconds())
            .build();
    made.addAsgCapacityProvider(asg);
    return asg.getCapacityProviderName();
  }
}
