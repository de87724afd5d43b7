/* What is being done, on one line of a terminal that goes when it is done. */
#ifndef TUNE_OUTPUT_PROGRESS_H
#define TUNE_OUTPUT_PROGRESS_H

/* None when standard error is no terminal. */
void progress_begin(unsigned steps);
void progress_step(const char *what);
void progress_hide(void);

#endif
