/**
 * A registered service: its generations and their states, which session takes the next request, and who waits while
 * none can.
 *
 * <p>Start with {@code Service}: everything that changes one runs on the registry thread ({@link
 * io.socketmaster.server.service.Timeline}), and readers on other threads see an immutable snapshot. A request asks with
 * {@link io.socketmaster.server.service.Applicant} and gets a {@link io.socketmaster.server.service.Grant} or a {@link
 * io.socketmaster.server.service.Refusal}, exactly once. A session is a {@link io.socketmaster.server.service.Generation},
 * whose life is drawn in {@link io.socketmaster.server.service.GenerationState}; {@code Succession} decides who takes
 * traffic, {@code HoldWindow} how long a service is waited for, {@code WaitingRoom} who waits and how gently they are let in.
 *
 * <p>This room knows no channels, no HTTP and no real clock; sessions are {@link
 * io.socketmaster.server.service.Upstream}s that {@code control} implements.
 */
package io.socketmaster.server.service;
