package io.kvsinfer.cli;

import io.kvsinfer.media.decode.VideoFrame;
import java.awt.AWTError;
import java.awt.Dimension;
import java.awt.Graphics;
import java.awt.GraphicsEnvironment;
import java.awt.HeadlessException;
import java.awt.event.WindowAdapter;
import java.awt.event.WindowEvent;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.swing.JComponent;
import javax.swing.JFrame;
import javax.swing.SwingUtilities;
import org.jspecify.annotations.Nullable;

/**
 * Shows frames in a window, scaled to its size. A frame that is not painted before the next one
 * comes is not shown. {@link #show} is called by one thread.
 */
final class ReadWindow implements AutoCloseable {
  private static final int WIDEST = 1280;
  private static final int HIGHEST = 720;

  private final JFrame window;
  private final AtomicReference<@Nullable BufferedImage> picture = new AtomicReference<>();
  private final AtomicLong painted = new AtomicLong();
  private final JComponent canvas =
      new JComponent() {
        private static final long serialVersionUID = 1L;

        @Override
        protected void paintComponent(Graphics g) {
          BufferedImage image = picture.get();
          if (image != null) {
            g.drawImage(image, 0, 0, getWidth(), getHeight(), null);
            painted.incrementAndGet();
          }
        }
      };

  private ReadWindow(String title, Runnable closed) {
    window = new JFrame(title);
    window.setDefaultCloseOperation(JFrame.DISPOSE_ON_CLOSE);
    window.addWindowListener(
        new WindowAdapter() {
          @Override
          public void windowClosing(WindowEvent e) {
            closed.run();
          }
        });
    window.add(canvas);
  }

  /**
   * A window, or nothing where this machine has no display.
   *
   * @param closed told when somebody closes the window
   */
  static Optional<ReadWindow> open(String title, Runnable closed) {
    try {
      return GraphicsEnvironment.isHeadless()
          ? Optional.empty()
          : Optional.of(new ReadWindow(title, closed));
    } catch (HeadlessException | AWTError | UnsatisfiedLinkError e) {
      return Optional.empty(); // DISPLAY names none that answers, or the JDK was built without
    }
  }

  /** Puts a frame on show; the first one opens the window in its size. */
  void show(VideoFrame frame) {
    BufferedImage image =
        new BufferedImage(frame.width(), frame.height(), BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = frame.toBgr();
    System.arraycopy(
        bgr, 0, ((DataBufferByte) image.getRaster().getDataBuffer()).getData(), 0, bgr.length);
    boolean first = picture.getAndSet(image) == null;
    SwingUtilities.invokeLater(() -> {
      if (first) {
        double scale =
            Math.min(
                1.0,
                Math.min(WIDEST / (double) image.getWidth(), HIGHEST / (double) image.getHeight()));
        canvas.setPreferredSize(
            new Dimension(
                (int) Math.round(image.getWidth() * scale),
                (int) Math.round(image.getHeight() * scale)));
        window.pack();
        window.setVisible(true);
      }
      canvas.repaint();
    });
  }

  /** How often something was painted so far. */
  long painted() {
    return painted.get();
  }

  @Override
  public void close() {
    SwingUtilities.invokeLater(window::dispose);
  }
}
