package dev.tersor.jobs.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.tersor.jobs.config.DataSource;
import dev.tersor.jobs.config.DataSpec;
import dev.tersor.jobs.config.DataSpec.DataFile;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * CIFAR batches as PNG images: a row of the picture is an image, its pixels one after another, each
 * with its channels. The labels are JSON arrays of their own, one of the training set and one of
 * the test set. PNG loses nothing, so the batches come out as they were.
 */
final class CifarPng {
  private static final String BATCH = ".bin";
  private static final String PICTURE = ".png";
  // So spelt in the package.
  private static final String TRAIN_LABELS = "train_lables.json";
  private static final String TEST_LABELS = "test_lables.json";

  private final DataSpec spec;
  private final DataSource source;

  CifarPng(DataSpec spec, DataSource source) {
    this.spec = spec;
    this.source = source;
  }

  List<String> paths(List<DataFile> files) {
    Set<String> paths = new LinkedHashSet<>();
    for (DataFile file : files) {
      paths.add(picture(file));
      paths.add(source.path(part(file).equals(spec.train()) ? TRAIN_LABELS : TEST_LABELS));
    }
    return List.copyOf(paths);
  }

  private String picture(DataFile file) {
    return source.path(file.name().replace(BATCH, PICTURE));
  }

  private DataSpec.Part part(DataFile file) {
    return spec.train().files().contains(file) ? spec.train() : spec.test();
  }

  void write(DataFile file, Path brought, OutputStream out) throws IOException {
    DataSpec.Part part = part(file);
    String labelsFile = part.equals(spec.train()) ? TRAIN_LABELS : TEST_LABELS;
    byte[] labels = labels(brought.resolve(source.path(labelsFile)), part.images());
    int from = 0;
    for (DataFile before : part.files().subList(0, part.files().indexOf(file))) {
      from += images(before);
    }
    Raster raster = raster(brought.resolve(picture(file)), images(file));
    int channels = spec.shape().channels();
    int pixels = spec.shape().size() / channels;
    int[] row = new int[spec.shape().size()];
    byte[] record = new byte[1 + row.length];
    for (int image = 0; image < images(file); image++) {
      record[0] = labels[from + image];
      raster.getPixels(0, image, pixels, 1, row);
      for (int channel = 0; channel < channels; channel++) {
        for (int pixel = 0; pixel < pixels; pixel++) {
          record[1 + channel * pixels + pixel] = (byte) row[pixel * channels + channel];
        }
      }
      out.write(record);
    }
  }

  private int images(DataFile file) {
    return (int) (file.bytes() / (1 + spec.shape().size()));
  }

  private Raster raster(Path file, int images) throws IOException {
    int channels = spec.shape().channels();
    int pixels = spec.shape().size() / channels;
    ImageIO.setUseCache(false);
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("png");
      if (in == null || !readers.hasNext()) {
        throw new IOException("cannot be read");
      }
      ImageReader reader = readers.next();
      reader.setInput(in, true, true);
      // Before the memory for it is taken.
      if (reader.getWidth(0) != pixels || reader.getHeight(0) != images) {
        throw new IOException(
            reader.getWidth(0)
                + "x"
                + reader.getHeight(0)
                + " pixels, expected "
                + pixels
                + "x"
                + images);
      }
      Raster raster = reader.read(0).getRaster();
      if (raster.getNumBands() != channels || raster.getSampleModel().getSampleSize(0) != 8) {
        throw new IOException("expected " + channels + " channels of 8 bits");
      }
      return raster;
    } catch (IOException | IndexOutOfBoundsException | IllegalArgumentException e) {
      // The reader speaks of damage in all of these ways, and of no file.
      throw new IOException(file.getFileName() + ": PNG: " + e.getMessage(), e);
    }
  }

  private byte[] labels(Path file, int count) throws IOException {
    byte[] labels = new byte[count];
    int classes = spec.classes().size();
    try (JsonParser json = new JsonFactory().createParser(file.toFile())) {
      json.nextToken();
      for (int i = 0; i < count; i++) {
        boolean isNumber = json.nextToken() == JsonToken.VALUE_NUMBER_INT;
        int label = isNumber ? json.getIntValue() : -1;
        if (label < 0 || label >= classes) {
          throw new IOException(
              file.getFileName()
                  + ": label "
                  + i
                  + " is "
                  + json.getText()
                  + ", expected one in 0.."
                  + (classes - 1));
        }
        labels[i] = (byte) label;
      }
      if (json.nextToken() != JsonToken.END_ARRAY) {
        throw new IOException(file.getFileName() + ": has more labels than " + count);
      }
    } catch (JsonProcessingException e) {
      throw new IOException(file.getFileName() + ": JSON: " + e.getOriginalMessage(), e);
    }
    return labels;
  }
}
