// A peer of podpipe's dedup: what a Kafka Streams application does for the same promise. The first record of a key
// within an hour goes on, byte for byte; exactly once; the keys are remembered in RocksDB and in a changelog topic.
//
// java StreamsDedup BROKERS INPUT OUTPUT APPLICATION_ID FOLDER usual|tuned

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;

public class StreamsDedup {
  static final String SEEN = "seen";
  static final Duration WINDOW = Duration.ofHours(1);
  static final int MEBIBYTE = 1024 * 1024;

  public static void main(String[] args) {
    String input = args[1], output = args[2];
    boolean tuned = args[5].equals("tuned");

    // Without the cache of records in front of RocksDB, also when tuned: each look-up of a stretch of time has to merge
    // the two, and an event took a third more of the processor with it.
    var builder = new StreamsBuilder();
    builder.addStateStore(Stores.windowStoreBuilder(
        Stores.persistentWindowStore(SEEN, WINDOW, WINDOW, false), Serdes.ByteArray(), Serdes.Long()));
    builder.<byte[], byte[]>stream(input).processValues(FirstOfWindow::new, SEEN).to(output);

    var streams = new KafkaStreams(builder.build(), settings(args, tuned));
    streams.setUncaughtExceptionHandler(error -> {
      error.printStackTrace();
      Runtime.getRuntime().halt(1);
      return null;
    });
    Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
    streams.start();
  }

  static Properties settings(String[] args, boolean tuned) {
    var settings = new Properties();
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, args[0]);
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, args[3]);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, args[4]);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.ByteArray().getClass());
    settings.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArray().getClass());
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    if (tuned) {
      settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1_000);
      settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, Runtime.getRuntime().availableProcessors());
      settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, OneCache.class);
      settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 4_000);
      settings.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 2 * MEBIBYTE);
      settings.put(StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), 64L * MEBIBYTE);
      settings.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), 8 * MEBIBYTE);
      settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), 10 * MEBIBYTE);
      settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), 10 * MEBIBYTE);
      settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 4_000);
    }
    return settings;
  }

  /** One block cache of 64 MiB for all segments of all partitions. */
  public static class OneCache implements RocksDBConfigSetter {
    private static final Cache CACHE = new LRUCache(64L * MEBIBYTE);

    @Override
    public void setConfig(String store, Options options, Map<String, Object> configs) {
      var table = (BlockBasedTableConfig) options.tableFormatConfig();
      table.setBlockCache(CACHE);
      options.setTableFormatConfig(table);
    }

    @Override
    public void close(String store, Options options) {}
  }

  /** Lets a record pass unless its key was let pass less than a window ago, by the records' own times. */
  static class FirstOfWindow implements FixedKeyProcessor<byte[], byte[], byte[]> {
    private FixedKeyProcessorContext<byte[], byte[]> context;
    private WindowStore<byte[], Long> seen;

    @Override
    public void init(FixedKeyProcessorContext<byte[], byte[]> context) {
      this.context = context;
      this.seen = context.getStateStore(SEEN);
    }

    @Override
    public void process(FixedKeyRecord<byte[], byte[]> record) {
      byte[] key = record.key();
      long time = record.timestamp();
      long oldest = Math.max(0, time - WINDOW.toMillis() + 1);
      try (var found = seen.fetch(key, oldest, time)) {
        if (found.hasNext()) return;
      }
      seen.put(key, time, time);
      context.forward(record);
    }
  }
}
