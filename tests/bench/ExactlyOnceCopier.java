// The least that an exactly-once stage between two topics can be: it copies, and decides nothing. A thread, a
// consumer and a transactional producer for each partition; offsets are committed in the transaction.
//
// java ExactlyOnceCopier BROKERS INPUT OUTPUT GROUP PARTITIONS

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

public class ExactlyOnceCopier {
  static final int MEBIBYTE = 1024 * 1024;
  static final int TRANSACTION_RECORDS = 2_000;
  static final Duration WAIT = Duration.ofMillis(100);

  public static void main(String[] args) {
    for (int partition = 0; partition < Integer.parseInt(args[4]); partition++) {
      int own = partition;
      new Thread(() -> {
        try {
          copy(args[0], new TopicPartition(args[1], own), args[2], args[3]);
        } catch (Throwable error) {
          error.printStackTrace();
          Runtime.getRuntime().halt(1);
        }
      }).start();
    }
  }

  static void copy(String brokers, TopicPartition from, String output, String group) {
    var consumer = new KafkaConsumer<>(consumerSettings(brokers, group), new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
    var producer = new KafkaProducer<>(producerSettings(brokers, group + "-" + from.partition()),
        new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    consumer.assign(List.of(from));
    while (true) {
      var records = consumer.poll(WAIT);
      if (records.isEmpty()) continue;
      producer.beginTransaction();
      int count = 0;
      // Until the transaction is full, or nothing more comes for the moment.
      for (; !records.isEmpty(); records = consumer.poll(WAIT)) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
          producer.send(new ProducerRecord<>(output, from.partition(), record.timestamp(), record.key(), record.value()));
        }
        count += records.count();
        if (count >= TRANSACTION_RECORDS) break;
      }
      var offset = new OffsetAndMetadata(consumer.position(from));
      producer.sendOffsetsToTransaction(Map.of(from, offset), consumer.groupMetadata());
      producer.commitTransaction();
    }
  }

  static Map<String, Object> consumerSettings(String brokers, String group) {
    return Map.of(
        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers,
        ConsumerConfig.GROUP_ID_CONFIG, group,
        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false,
        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
        ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 10 * MEBIBYTE,
        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 10 * MEBIBYTE,
        ConsumerConfig.MAX_POLL_RECORDS_CONFIG, TRANSACTION_RECORDS);
  }

  static Map<String, Object> producerSettings(String brokers, String transactionalId) {
    return Map.of(
        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers,
        ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId,
        ProducerConfig.BATCH_SIZE_CONFIG, 2 * MEBIBYTE,
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 8 * MEBIBYTE);
  }
}
