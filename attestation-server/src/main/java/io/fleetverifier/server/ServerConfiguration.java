// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server;

import io.fleetverifier.server.database.DatabaseClock;
import io.fleetverifier.server.home.Home;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** What every feature is given instead of reaching for it: randomness, time and the home folder. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
public class ServerConfiguration {
  private static final int JOBS_AT_ONCE = 4;

  @Bean
  Home home(Environment environment) {
    return Home.of(environment.getProperty("fv.home"));
  }

  @Bean
  SecureRandom secureRandom() {
    return new SecureRandom();
  }

  /**
   * What is done from time to time. Several threads, since a round over a large fleet must not keep
   * the clock or the partitions waiting.
   */
  @Bean
  ThreadPoolTaskScheduler taskScheduler() {
    ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
    scheduler.setPoolSize(JOBS_AT_ONCE);
    scheduler.setThreadNamePrefix("scheduling-");
    scheduler.setWaitForTasksToCompleteOnShutdown(true);
    scheduler.setAwaitTerminationSeconds(5);
    return scheduler;
  }

  /** The server's only {@link InstantSource}: features ask for that type. */
  @Bean
  DatabaseClock databaseClock(JdbcClient jdbc) {
    return new DatabaseClock(jdbc, InstantSource.system());
  }
}
