package io.kvsinfer.contract.settings;

import java.util.regex.Pattern;

/**
 * Text that is allowed.
 *
 * @param allowed what a violation says is right
 */
record TextForm(Pattern pattern, String allowed) {
  static final TextForm CAMERA_ID =
      new TextForm(
          Names.CAMERA_ID, "must be 1 to 64 letters, digits, _ or -, the first a letter or digit");
  static final TextForm NAME =
      new TextForm(
          Names.NAME,
          "must be 1 to 64 letters, digits, _, - or spaces inside, the first a letter or digit");
  static final TextForm MODEL =
      of(
          "[A-Za-z0-9](?:[A-Za-z0-9_. -]{0,62}[A-Za-z0-9_-])?",
          "must be a model's name in the manifest: 1 to 64 letters, digits, ., _, - or spaces inside");
  static final TextForm MODEL_PATH =
      of("[^\\x00-\\x1f\\x7f]{1,4096}", "must be the path of a model file");
  static final TextForm STREAM_NAME =
      of("[A-Za-z0-9_.-]{1,256}", "must be a stream's name: 1 to 256 letters, digits, _, . or -");
  static final TextForm STREAM_ARN =
      of(
          "arn:aws[a-z0-9-]*:kinesisvideo:[a-z0-9-]+:[0-9]{12}:stream/[A-Za-z0-9_.-]{1,256}/[0-9]+",
          "must be a stream's ARN: arn:aws:kinesisvideo:REGION:ACCOUNT:stream/NAME/CREATED");
  static final TextForm REGION =
      of("[a-z]{2,8}(-[a-z]{2,16}){1,3}-[0-9]{1,2}", "must be an AWS region such as us-east-1");
  static final TextForm FRAGMENT_NUMBER =
      of("[0-9]{1,128}", "must be a fragment number: 1 to 128 digits, in quotes");
  static final TextForm CONTINUATION_TOKEN =
      of("[A-Za-z0-9_.-]{1,128}", "must be a token that GetMedia gave");
  static final TextForm DEVICE =
      of("auto|cpu|(cuda|tensorrt):[0-9]{1,3}", "must be auto, cpu, cuda:N or tensorrt:N");
  static final TextForm KINESIS_STREAM =
      of("[A-Za-z0-9_.-]{1,128}", "must be a Kinesis stream's name");
  static final TextForm BUCKET =
      of("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "must be an S3 bucket's name");
  static final TextForm TABLE = of("[A-Za-z0-9_.-]{3,255}", "must be a DynamoDB table's name");
  static final TextForm TAG_KEY =
      of("[^\\x00-\\x1f\\x7f]{1,128}", "must have a name of 1 to 128 characters");
  static final TextForm TAG_VALUE =
      of("[^\\x00-\\x1f\\x7f]{0,256}", "must be at most 256 characters");
  static final TextForm WORD = of("[A-Za-z0-9_-]{1,32}", "must be 1 to 32 letters, digits, _ or -");

  private static TextForm of(String pattern, String allowed) {
    return new TextForm(Pattern.compile(pattern), allowed);
  }

  boolean matches(String text) {
    return pattern.matcher(text).matches();
  }
}
