package dev.peras.engine.usage;

/**
 * The parts of a call's tokens that stand for something else than text. Each is counted in the
 * {@link Tokens} of its call, too.
 *
 * @param audioInput the part of {@code input} that is audio
 * @param audioCacheRead the part of {@code cacheRead} that is audio
 * @param imageInput the part of {@code input} that is images, video or scanned pages
 * @param imageCacheRead the part of {@code cacheRead} that is such
 * @param audioOutput the part of {@code output} that is audio
 * @param imageOutput the part of {@code output} that is images
 */
public record Media(
    long audioInput,
    long audioCacheRead,
    long imageInput,
    long imageCacheRead,
    long audioOutput,
    long imageOutput) {
  public static final Media NONE = new Media(0, 0, 0, 0, 0, 0);

  public Media plus(Media other) {
    return new Media(
        audioInput + other.audioInput,
        audioCacheRead + other.audioCacheRead,
        imageInput + other.imageInput,
        imageCacheRead + other.imageCacheRead,
        audioOutput + other.audioOutput,
        imageOutput + other.imageOutput);
  }

  public boolean isNone() {
    return equals(NONE);
  }
}
