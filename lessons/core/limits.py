"""How much the app takes from outside: every limit in one place."""

MEGABYTE = 1024 * 1024

SMALL_FILE_BYTES = 256 * 1024  # of settings, a state, a digest

PICTURE_BYTES = 20 * MEGABYTE
PICTURE_PIXELS = 50_000_000

FOLDER_FILES = 80_000  # as many as fit FOLDER_TENSOR_BYTES at 3x64x64
FOLDER_CLASSES = 200
FOLDER_SIDE = 256
FOLDER_TENSOR_BYTES = 1024 * MEGABYTE
SET_BYTES = FOLDER_TENSOR_BYTES + 8 * FOLDER_FILES  # of a cached set: images and labels
SUMMARY_BYTES = 32 * MEGABYTE  # of what is known of it: 80,000 files may have been left out

SKETCH_STROKES = 500
SKETCH_POINTS = 5_000  # of all strokes: 50 kB from the browser

SEVERAL_PICTURES = 200  # that are answered at once
SEVERAL_BYTES = 60 * MEGABYTE  # of all files that are kept for a session

DOWNLOAD_BYTES = 400 * MEGABYTE

WEIGHTS_BYTES = 600 * MEGABYTE  # VGG16 has 528
READING_BYTES = 2048 * MEGABYTE  # of memory beside torch itself; VGG16 takes 1,060
READING_SECONDS = 120  # VGG16 takes 10 where nothing else goes on

RUN_EPOCHS = 200
FILTERS = 1024  # of a first convolution
FILTER_SIDE = 16  # also the most channels that it has
RUN_RATE = 100
RUN_BATCH_SIZE = 1024
RUN_NAME_LENGTH = 60
RUNS_WAITING = 300  # of all sessions; 50 kB each on the disk
RUNS_WAITING_OF_ONE = 30  # three ways of tuning with eight numbers of pictures, or with five seeds
RUNS_OVERLAID = 6
METRICS_BYTES = 100 * MEGABYTE  # a step takes about 110
METRICS_LINE_BYTES = 4096
METRICS_DAMAGES = 100  # lines of one file; what comes behind more of them is not read
DETAILS_BYTES = 80 * MEGABYTE  # of one epoch: 100,000 pictures and 200 classes
EVENTS_BYTES = 100 * MEGABYTE  # of one file for TensorBoard
EXPORT_BYTES = 500 * MEGABYTE  # of all files of a run, before they are packed
ARCHIVE_OUTLINE = 1 * MEGABYTE  # what says which members an archive, and which tensors a checkpoint has
CHECKPOINT_BYTES = 100 * MEGABYTE  # an MLP for 64 x 64 pictures with Adam needs 75

STAGE_NUMBERS = 60_000  # marks and writes of all frames of one stage
FRAME_NUMBERS = 20  # a frame counts as so many at least: no stage has more than 3,000 frames

MATRIX_SIDE = 100  # rows, and columns, of a typed or pasted matrix
MATRIX_CHARACTERS = 1_000_000  # four channels of the largest size, exact, as text
NUMBER_CHARACTERS = 100  # of a number that is typed, in a fraction or a call
MATRIX_NUMBER = 1e100  # products and their sums stay finite

KERNEL_SIDE = 11  # also the largest stride, padding and dilation
CONVOLUTION_PRODUCTS = 2_000_000  # 16 MB; 100 x 100 with a kernel of 11 x 11 needs 1.2 million

SAMPLES = 16  # of a loss
CLASSES = 16
CLASS_NAME = 20  # characters
LOSS_NUMBER = 1e6  # logits, weights: sums and their logs stay exact to the digits that are shown
TEMPERATURES = (0.01, 1000.0)  # what logits are divided by: they still fit the digits then
LOSS_STEPS = 100  # of descent on one record

GRADIENTS = 50  # typed, a step each
GRADIENT_NUMBER = 1e6  # weights and gradients of an optimizer's rule: their squares keep their digits

POINTS = 100  # that a line is fitted to
POINT_NUMBER = 1e6  # coordinates and weights: squares and their sums stay exact to the digits that are shown
FIT_STEPS = 10_000  # of SGD on points: 100 of them take half a second
RATE = 1e3  # learning rate and weight decay

WEIGHT = 1e6  # beyond it a descent has run away, and ends
DESCENT_STEPS = 50  # in one weight
LINE_NUMBER = 1e4  # of points and their best line, which a race must not mistake for running away
RACE_STEPS = 500  # of each optimizer: seven of them are 200 kB for the browser
KNOTS = 12  # of a schedule
SCHEDULE_STEPS = 1000
NOTHING_STEPS = 100
BATCH_EPOCHS = 50

SEEDS = 5  # of one comparison
TUNING_EPOCHS = 60
