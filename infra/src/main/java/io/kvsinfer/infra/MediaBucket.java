package io.kvsinfer.infra;

import io.kvsinfer.contract.mapping.EventSourceMapping;
import io.kvsinfer.infra.config.Configuration;
import io.kvsinfer.infra.config.Configuration.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.s3.BlockPublicAccess;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;
import software.amazon.awscdk.services.s3.LifecycleRule;
import software.amazon.awscdk.services.s3.ObjectLockRetention;
import software.amazon.awscdk.services.s3.ObjectOwnership;
import software.constructs.Construct;

/**
 * The bucket of pictures, archive, poison and fenced records, and the bucket of its access logs.
 * Each prefix has its own life, so that privacy's retention holds for each kind.
 */
final class MediaBucket extends Construct {
  private static final int ACCESS_LOG_DAYS = 90;

  /** Kept for an operator to look at; nothing reads them. */
  private static final int SET_ASIDE_DAYS = 30;

  private final Bucket bucket;

  MediaBucket(Construct scope, String id, Configuration configuration, IKey key) {
    super(scope, id);
    Storage storage = configuration.storage();
    RemovalPolicy removal =
        configuration.production() ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    Bucket logs =
        Bucket.Builder.create(this, "AccessLogs")
            .encryption(BucketEncryption.S3_MANAGED)
            .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
            .objectOwnership(ObjectOwnership.BUCKET_OWNER_ENFORCED)
            .enforceSsl(true)
            .minimumTlsVersion(1.2)
            .lifecycleRules(
                List.of(LifecycleRule.builder().expiration(Duration.days(ACCESS_LOG_DAYS)).build()))
            .removalPolicy(removal)
            .autoDeleteObjects(storage.emptyBucketsOnDestroy())
            .build();
    Bucket.Builder builder =
        Bucket.Builder.create(this, "Media")
            .encryption(BucketEncryption.KMS)
            .encryptionKey(key)
            .bucketKeyEnabled(true)
            .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
            .objectOwnership(ObjectOwnership.BUCKET_OWNER_ENFORCED)
            .enforceSsl(true)
            .minimumTlsVersion(1.2)
            .versioned(storage.objectLockDays() > 0)
            .serverAccessLogsBucket(logs)
            .lifecycleRules(lives(storage))
            .removalPolicy(removal)
            .autoDeleteObjects(storage.emptyBucketsOnDestroy());
    if (storage.objectLockDays() > 0) {
      builder
          .objectLockEnabled(true)
          .objectLockDefaultRetention(
              ObjectLockRetention.governance(Duration.days(storage.objectLockDays())));
    }
    bucket = builder.build();
  }

  Bucket bucket() {
    return bucket;
  }

  private static List<LifecycleRule> lives(Storage storage) {
    List<LifecycleRule> rules = new ArrayList<>();
    rules.add(
        LifecycleRule.builder()
            .id("unfinished-uploads")
            .abortIncompleteMultipartUploadAfter(Duration.days(1))
            .build());
    Map<String, Integer> days =
        Map.of(
            "media/",
            storage.mediaDays(),
            "events/",
            storage.eventsDays(),
            "poison/",
            SET_ASIDE_DAYS,
            "fenced/",
            SET_ASIDE_DAYS,
            EventSourceMapping.GIVEN_UP,
            SET_ASIDE_DAYS);
    days.keySet().stream()
        .sorted()
        .forEach(prefix -> {
          LifecycleRule.Builder rule =
              LifecycleRule.builder()
                  .id("expire-" + prefix.replace('/', '-') + "objects")
                  .prefix(prefix)
                  .expiration(Duration.days(days.get(prefix)));
          if (storage.objectLockDays() > 0) {
            rule.noncurrentVersionExpiration(Duration.days(storage.objectLockDays()));
          }
          rules.add(rule.build());
        });
    return rules;
  }
}
